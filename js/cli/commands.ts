/** The table of commands, in the order of the help. */
import type { Command } from './command.js';
import { confirm } from './commands/confirm.js';
import { conflicts } from './commands/conflicts.js';
import { connect } from './commands/connect.js';
import { connections } from './commands/connections.js';
import { create } from './commands/create.js';
import { remove } from './commands/delete.js';
import { disconnect } from './commands/disconnect.js';
import { edit } from './commands/edit.js';
import { exportCards } from './commands/export.js';
import { flows } from './commands/flows.js';
import { importFiles } from './commands/import.js';
import { letters } from './commands/letters.js';
import { list } from './commands/list.js';
import { other } from './commands/other.js';
import { plan } from './commands/plan.js';
import { resolve } from './commands/resolve.js';
import { restore } from './commands/restore.js';
import { retry } from './commands/retry.js';
import { same } from './commands/same.js';
import { show } from './commands/show.js';
import { status } from './commands/status.js';
import { sync } from './commands/sync.js';

export const COMMANDS: Command[] = [
  importFiles,
  exportCards,
  list,
  show,
  create,
  edit,
  remove,
  restore,
  connect,
  disconnect,
  connections,
  plan,
  sync,
  confirm,
  same,
  other,
  retry,
  letters,
  conflicts,
  resolve,
  status,
  flows,
];
