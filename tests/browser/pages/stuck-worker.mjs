// The package's worker, until it is told to hang: then it answers nobody until the server of the tests
// lets it go, like one whose tab is about to crash, or whose engine never comes back.

import '/pkg/dist/browser/worker.js';
import { hang } from './hang.mjs';

new BroadcastChannel('stuck').onmessage = hang;
