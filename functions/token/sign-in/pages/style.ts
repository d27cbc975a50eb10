// The look of all pages: one column, readable at 320 px, dark and light, and the tenant's colour for what is pressed.

/** Colour of buttons, links and focus, where the tenant has chosen none. */
const DEFAULT_COLOUR = '#1f5fbf';

const STYLE = `*{box-sizing:border-box}
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#f4f5f7;--card:#fff;--line:#767c85;--bad:#a40e26;--link:#1f5fbf}
@media(prefers-color-scheme:dark){:root{--ink:#eceef1;--paper:#14171b;--card:#1f242a;--line:#8b939d;--bad:#ff9aa6;--link:#9cc3ff}}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;background:var(--card);padding:1.75rem;border-radius:.75rem;overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 1rem}
img{display:block;max-width:100%;max-height:4rem;margin:0 0 1rem}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
input{width:100%;font:inherit;padding:.6rem .7rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card);color:var(--ink)}
button{width:100%;font:inherit;font-weight:600;padding:.7rem;margin:1.25rem 0 0;border:1px solid transparent;border-radius:.4rem;background:var(--brand);color:var(--on-brand);cursor:pointer}
button.quiet{background:none;border-color:var(--line);color:var(--ink);margin-top:.6rem}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
a{color:var(--link)}
[role=alert]{color:var(--bad);font-weight:600;margin:1rem 0}
ul{padding-left:1.25rem}
code{font-size:.95em}
.note{font-size:.9rem;margin:1rem 0 0}`;

/** @param colour `#rrggbb`; absent: ours */
export function styleFor(colour: string | undefined): string {
  const brand = colour ?? DEFAULT_COLOUR;
  return `${STYLE}\n:root{--brand:${brand};--on-brand:${inkOn(brand)}}`;
}

/** Black or white, whichever is easier to read on the colour (WCAG 2.2, contrast ratio). */
function inkOn(colour: string): '#000' | '#fff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000' : '#fff';
}

const linear = (channel: number): number => (channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
