/**
 * Where the page of the trial's mailbox begins: elements are defined, and the
 * one in www/mailbox/index.html comes to life. It is no part of the app, opens no book,
 * and does not work without `npm start`.
 */
import '../base/fluent.js';
import { applyTheme } from '../theme.js';
import './mailbox-page.js';

applyTheme();
