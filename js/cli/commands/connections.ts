/** `connections`: what the book is connected to, without any address. */
import type { Command } from '../command.js';
import { connectionReports, reportRow } from '../connected/report.js';
import { folderOf, withBook } from '../place.js';
import { table } from '../text.js';

export const connections: Command = {
  name: 'connections',
  operands: '',
  summary: 'list what the book is connected to',
  options: {},
  details: 'Addresses are not shown: whoever has one can write to the book.',
  least: 0,
  most: 0,
  run(call) {
    const folder = folderOf(call);
    return withBook(call, 'read', async (book) => {
      const reports = await connectionReports(folder, book);
      const none = 'no connections; make one with `contactmesh connect`\n';
      return {
        json: { connections: reports },
        text: () => (reports.length === 0 ? none : table(reports.map(reportRow))),
      };
    });
  },
};
