// One thing at a time: a second press waits for nobody and does nothing.

let busy = false;
/** A listener that runs `action`, unless another one is running. */
export const once = (action) => async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  document.body.setAttribute('aria-busy', 'true');
  try {
    await action();
  } finally {
    busy = false;
    document.body.removeAttribute('aria-busy');
  }
};
