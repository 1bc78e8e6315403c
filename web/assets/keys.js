// Names of keys: those of KeyboardEvent.key, "Space" for " ", with "Ctrl+" and "Shift+" before them (viz/stage/keys.go).

const signs = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", ContextMenu: "Menu" };

// faces is how a key is written for people.
export const faces = (name) => name.split(/\+(?=.)/).map((k) => signs[k] ?? (k.length === 1 && name.includes("+") && name !== "+" ? k.toUpperCase() : k)).join(" ");

// nameOf is the name of a pressed key. Shift counts where the key prints nothing, or with Ctrl; Command is Ctrl.
export function nameOf(event) {
  const key = event.key === " " ? "Space" : event.key;
  const ctrl = event.ctrlKey || event.metaKey;
  const shift = event.shiftKey && (key.length > 1 || ctrl);
  return (ctrl ? "Ctrl+" : "") + (shift ? "Shift+" : "") + (ctrl && key.length === 1 ? key.toLowerCase() : key);
}
