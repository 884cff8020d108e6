/**
 * Where in the app the person is, as the fragment of the address: so that back
 * and forward work, and a card can be opened in a second tab. It is the only
 * module that reads or writes the fragment, but for connect-link.ts.
 */
export type Route =
  | { view: 'list' }
  | { view: 'card'; id: string }
  | { view: 'edit'; id: string }
  | { view: 'history'; id: string }
  | { view: 'new' }
  | { view: 'sync' };

export function readRoute(fragment: string): Route {
  const [, view, id] = fragment.replace(/^#/, '').split('/');
  if (view === 'new' || view === 'sync') return { view };
  // An id is one segment of a path; whatever else somebody types there is no card.
  const known = id !== undefined && /^[\w-]+$/.test(id);
  if ((view === 'card' || view === 'edit' || view === 'history') && known) return { view, id };
  return { view: 'list' };
}

export function addressOf(route: Route): string {
  if (route.view === 'list') return '#/';
  return 'id' in route ? `#/${route.view}/${route.id}` : `#/${route.view}`;
}

export function go(route: Route): void {
  location.hash = addressOf(route);
}

/** Goes there without a step for the back button, as after saving. */
export function goInstead(route: Route): void {
  location.replace(addressOf(route));
}
