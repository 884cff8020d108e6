// The package's worker, until it is told to get stuck: then it never answers again, like one whose tab
// is about to crash.

import '/pkg/dist/browser/worker.js';

new BroadcastChannel('stuck').onmessage = () => {
  for (;;);
};
