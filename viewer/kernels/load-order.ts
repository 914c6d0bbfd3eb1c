/**
 * The order in which a series is fetched: from where the reader is outward, two ahead for one behind while the reader
 * moves (`heading` 1 or -1), evenly when at rest (0). Every index once.
 */
export function loadOrder(current: number, count: number, heading: -1 | 0 | 1): readonly number[] {
  const order: number[] = [];
  if (count <= 0) return order;
  const start = Math.min(Math.max(current, 0), count - 1);
  order.push(start);
  const ahead = heading < 0 ? -1 : 1;
  const stride = heading === 0 ? 1 : 2;
  let front = start + ahead;
  let back = start - ahead;
  const inside = (index: number): boolean => index >= 0 && index < count;
  while (order.length < count) {
    for (let step = 0; step < stride && inside(front); step++, front += ahead) order.push(front);
    if (inside(back)) {
      order.push(back);
      back -= ahead;
    }
  }
  return order;
}
