// A page whose channels can be made to hear nothing, as those of a page in the browser's back-forward
// cache may: while `asleep` is true, messages pass by, and `passedBy` counts the answers among them.

export function deafen() {
  const { set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, 'onmessage');
  globalThis.passedBy = 0;
  Object.defineProperty(BroadcastChannel.prototype, 'onmessage', {
    set(listener) {
      set.call(this, (event) => {
        if (!globalThis.asleep) listener(event);
        else if (event.data.kind === 'result') globalThis.passedBy += 1;
      });
    },
  });
}
