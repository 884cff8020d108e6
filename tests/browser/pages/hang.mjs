// Hangs this thread until the server of the tests lets it go.

export function hang() {
  const request = new XMLHttpRequest();
  // Of its own: the browser makes equal requests wait for each other.
  request.open('GET', `/held?${crypto.randomUUID()}`, false);
  request.send();
}
