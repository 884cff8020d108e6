/**
 * Lit, as far as the app uses it: the only module that imports it. Values in
 * its templates become text, never markup; nothing here passes markup through.
 */
export {
  type CSSResultGroup,
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type ReactiveController,
  type ReactiveControllerHost,
  svg,
  type TemplateResult,
} from 'lit';
export { customElement, property, query, state } from 'lit/decorators.js';
export { live } from 'lit/directives/live.js';
export { repeat } from 'lit/directives/repeat.js';
