// A number and what it counts: `0 grants`, `1 grant`, `2 entries`.

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
