/**
 * Where the app begins: elements are defined, and the one in index.html comes
 * to life.
 */
import './base/fluent.js';
import './views/contact-app.js';
import { keepForOffline } from './offline.js';
import { applyTheme } from './theme.js';

applyTheme();
keepForOffline();
