/**
 * How one card stands with each system of record: whether it is linked there,
 * and what is open about it. Links are the card's, so they are known on every
 * device; the rest only the device knows that syncs with the system.
 */
import { type Card, isContactmeshError, type SharedBook, type SystemStatus } from 'contactmesh';

const LINK = 'link/';

export interface CardLink {
  /** What the connection is called. */
  name: string;
  linked: boolean;
  /** Absent if another device syncs with it. */
  open?: Open;
}

export interface Open {
  held: boolean;
  missing: boolean;
  detached: boolean;
  refused: SystemStatus['refused'][number] | undefined;
  /** Somebody there who may be the same person, and is asked about. */
  maybe: string | undefined;
}

export async function readLinks(book: SharedBook, card: Card): Promise<CardLink[]> {
  const linked = Object.keys(card.fields).flatMap((path) => (path.startsWith(LINK) ? [path.slice(LINK.length)] : []));
  const reports = await book.connections.list();
  const here = reports.filter(({ kind, system }) => kind !== 'relay' && system?.isDriver).map(({ name }) => name);
  const names = [...new Set([...linked, ...here])].sort();
  return Promise.all(
    names.map(async (name): Promise<CardLink> => {
      const status = here.includes(name) ? await statusOf(book, name) : undefined;
      const link = { name, linked: linked.includes(name) };
      return status === undefined ? link : { ...link, open: openOf(status, card.id) };
    }),
  );
}

async function statusOf(book: SharedBook, name: string): Promise<SystemStatus | undefined> {
  try {
    return await book.systems.status(name);
  } catch (error) {
    // It was disconnected between the two questions.
    if (isContactmeshError(error, 'system-unknown')) return undefined;
    throw error;
  }
}

function openOf({ held, missing, detached, refused, parked }: SystemStatus, id: string): Open {
  const maybe = parked.find(({ why, cards }) => why === 'proposal' && cards.includes(id));
  return {
    held: held?.cards.includes(id) ?? false,
    missing: missing.includes(id),
    detached: detached.includes(id),
    refused: refused.find(({ card }) => card === id),
    maybe: maybe === undefined ? undefined : maybe.called,
  };
}
