/**
 * One run of a flow: what it was started with, what its actions did so far, and
 * the ports to the outside (clock, connectors, reply). Frames keep the records
 * of actions; every iteration of a Foreach has a frame of its own, so that
 * nothing of the last iteration is seen in the next (a stale
 * `outputs('Create')` was a real mistake of an earlier runtime). It runs
 * nothing itself; that is schedule.ts.
 */
import type { Definition, Json, JsonObject, Status } from '../definition.js';

export interface ActionRecord {
  name: string;
  status: Status;
  code: string;
  startTime: string;
  endTime: string;
  inputs?: Json;
  outputs?: Json;
  error?: { code: string; message: string };
  /** What `result()` lists: the direct children, once per iteration. */
  children?: ActionRecord[][];
  /** Whether `children` are the iterations of a Foreach. */
  each?: boolean;
}

/** What the history keeps of an action: no inputs, no outputs. */
export interface Step {
  name: string;
  /** Cancelled: a Terminate inside it, or beside it, ended the run. */
  status: Status | 'Cancelled';
  code: string;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Json;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface ConnectorAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: Json;
}

/** A stateful stand-in for a connector, such as a SharePoint list. */
export interface Connector {
  call(operationId: string, parameters: JsonObject): Promise<ConnectorAnswer>;
}

export class Frame {
  readonly parent: Frame | undefined;
  /** The Foreach that this frame is an iteration of. */
  readonly loop: { name: string; item: Json; index: number } | undefined;
  readonly records = new Map<string, ActionRecord>();

  constructor(parent?: Frame, loop?: { name: string; item: Json; index: number }) {
    this.parent = parent;
    this.loop = loop;
  }

  find(name: string): ActionRecord | undefined {
    return this.records.get(name) ?? this.parent?.find(name);
  }
}

export interface Variable {
  type: string;
  value: Json;
}

export interface Run {
  id: string;
  definition: Definition;
  /** The names of all actions, to tell one that has not run from one that does not exist. */
  names: ReadonlySet<string>;
  parameters: Record<string, Json>;
  trigger: JsonObject;
  variables: Map<string, Variable>;
  steps: Step[];
  connectors: Record<string, Connector>;
  clock: Clock;
  /** Throws if this run has replied already. */
  reply(reply: Reply): void;
  terminated: Terminated | undefined;
  /** Where the platform loses this run, for tests: it ends there, whatever is under way, and nobody hears of it. */
  dies: Death | undefined;
}

/** Before or after the named action; the first iteration that comes there. */
export type Death = { before: string } | { after: string };

/** Thrown by Terminate, and where a run dies; ends the run from wherever it is. */
export class Terminated extends Error {
  readonly status: 'Succeeded' | 'Failed' | 'Cancelled';

  constructor(status: 'Succeeded' | 'Failed' | 'Cancelled') {
    super(`terminated as ${status}`);
    this.name = 'Terminated';
    this.status = status;
  }
}
