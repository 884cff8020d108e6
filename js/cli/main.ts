#!/usr/bin/env node
/** The program `contactmesh`: run.ts with this process's arguments. */
import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2));
