// The package's worker on a disk that is full until somebody says otherwise: a real quota is looked up
// by the browser too rarely to fail a write as small as that of a lease.

import '/pkg/dist/browser/worker.js';

let full = true;
new BroadcastChannel('disk').onmessage = ({ data }) => {
  full = data.full;
};
const { put } = IDBObjectStore.prototype;
IDBObjectStore.prototype.put = function (...args) {
  if (full) throw new DOMException('the disk is full', 'QuotaExceededError');
  return put.apply(this, args);
};
