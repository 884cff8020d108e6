/**
 * Fluent's elements, each by itself so that only what is used is loaded: the
 * only module that imports them. Their colours come from theme.css.
 */
import '@fluentui/web-components/button.js';
import '@fluentui/web-components/menu-item.js';
import '@fluentui/web-components/menu-list.js';
import '@fluentui/web-components/menu.js';
import '@fluentui/web-components/message-bar.js';
import '@fluentui/web-components/spinner.js';
import '@fluentui/web-components/text-input.js';
