/**
 * What every entry of the package exports, wherever it runs. What needs a file
 * system is added by node.ts.
 */
export { Book, type BookOptions } from './book.js';
export { ContactmeshError, type ErrorCode, isContactmeshError } from './errors.js';
export { type ExportFormat, exportBook, type FileImport, importFile } from './files.js';
export type { FileFormat, FileReport, Formats, PropertyCount, ReadFile } from './formats.js';
export { type DeadLetter, type DeadLetters, MemoryDeadLetters } from './relay/flow/dead-letters.js';
export { FlowRelay, type FlowRelayOptions, openFlowRelay } from './relay/flow/relay.js';
export type { FlowEvent, FormStore } from './relay/flow/sender.js';
export { MemoryRelay } from './relay/memory.js';
export type { ExchangeRequest, ExchangeResponse, Relay } from './relay/port.js';
export { MemoryDisk, MemoryStorage, openMemoryStorage } from './storage/memory.js';
export type { Batch, Lease, Loaded, Storage } from './storage/port.js';
export {
  FlowSystem,
  openSystemFlows,
  type SystemFlowName,
  type SystemFlows,
  type SystemFlowsOptions,
} from './systems/flows.js';
export type { SystemSyncOptions, Systems } from './systems/systems.js';
export type * from './systems/types.js';
export type * from './types.js';
