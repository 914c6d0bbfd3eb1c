import { isInLung } from "./chest-shape.ts";
import { seededRandom } from "./seeded-random.ts";

/** A straight piece of a vessel or bronchus, in mm. */
export interface Tube {
  readonly x0: number;
  readonly y0: number;
  readonly z0: number;
  readonly x1: number;
  readonly y1: number;
  readonly z1: number;
  readonly r0: number;
  readonly r1: number;
}

interface Node {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly parent: number;
  readonly fromRoot: number;
}

export const HILA = [
  { x: -44, y: 0, z: 142 },
  { x: 47, y: 4, z: 146 },
] as const;
/** Nodes are looked for in this cell and the 26 around it. */
const CELL_MM = 20;
const AROUND = [-1, 0, 1] as const;
/** What a mm of way from the hilum costs against a mm of new vessel. */
const DETOUR = 0.42;
const TWIGS_PER_LUNG = 2600;
const TWIG_RADIUS_MM = 0.42;
/** Murray's law has 3; measured lungs are a little below. */
const BRANCHING_EXPONENT = 2.7;
/**
 * A tree that reaches random points of a lung: each point, from the hilum outwards, is joined to the node that makes
 * the shortest way to it while not going much further round from the hilum. Radii then grow from the twigs.
 */
export function lungTree(seed: string, hilum: (typeof HILA)[number]): Tube[] {
  const random = seededRandom("lung-vessels", seed, hilum.x);
  const targets: { x: number; y: number; z: number; d: number }[] = [];
  const side = Math.sign(hilum.x);
  for (let tries = 0; targets.length < TWIGS_PER_LUNG && tries < 60_000; tries++) {
    const [x, y, z] = [side * random.between(6, 124), random.between(-84, 84), random.between(4, 288)];
    if (isInLung(x, y, z, 4)) targets.push({ x, y, z, d: Math.hypot(x - hilum.x, y - hilum.y, z - hilum.z) });
  }
  targets.sort((a, b) => a.d - b.d);
  const nodes: Node[] = [];
  const cells = new Map<number, number[]>();
  const cellOf = (x: number, y: number, z: number): number =>
    (Math.floor(x / CELL_MM) * 64 + Math.floor(y / CELL_MM)) * 64 + Math.floor(z / CELL_MM);
  const addNode = (node: Node): void => {
    const cell = cellOf(node.x, node.y, node.z);
    const inCell = cells.get(cell);
    if (inCell) inCell.push(nodes.length);
    else cells.set(cell, [nodes.length]);
    nodes.push(node);
  };
  addNode({ ...hilum, parent: -1, fromRoot: 0 });
  for (const { x, y, z } of targets) {
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    const consider = (index: number): void => {
      const node = nodes[index];
      if (!node) return;
      const length = Math.sqrt((node.x - x) ** 2 + (node.y - y) ** 2 + (node.z - z) ** 2);
      const cost = length + DETOUR * node.fromRoot;
      if (cost < bestCost) {
        bestCost = cost;
        best = index;
      }
    };
    for (const dx of AROUND)
      for (const dy of AROUND)
        for (const dz of AROUND) {
          const inCell = cells.get(cellOf(x + dx * CELL_MM, y + dy * CELL_MM, z + dz * CELL_MM));
          if (inCell) for (const index of inCell) consider(index);
        }
    // Near the hilum, where there are few nodes yet.
    if (bestCost === Number.POSITIVE_INFINITY) for (let index = 0; index < nodes.length; index++) consider(index);
    const parent = nodes[best];
    if (!parent) continue;
    const length = Math.hypot(parent.x - x, parent.y - y, parent.z - z);
    addNode({ x, y, z, parent: best, fromRoot: parent.fromRoot + length });
  }
  const flow = new Float64Array(nodes.length).fill(TWIG_RADIUS_MM ** BRANCHING_EXPONENT);
  for (let index = nodes.length - 1; index > 0; index--) {
    const parent = nodes[index]?.parent ?? 0;
    flow[parent] = (flow[parent] ?? 0) + (flow[index] ?? 0);
  }
  const radius = (index: number): number => Math.min(5.5, (flow[index] ?? 0) ** (1 / BRANCHING_EXPONENT));
  return nodes.slice(1).flatMap((node, offset) => {
    const from = nodes[node.parent];
    if (!from) return [];
    const r1 = radius(offset + 1);
    // A branch leaves a thick stem with its own width, not the stem's.
    const r0 = Math.min(radius(node.parent), r1 * 1.15);
    // Two pieces with a bend, since nothing in a lung is straight.
    const [mx, my, mz] = [
      (from.x + node.x) / 2 + random.normal() * 0.7,
      (from.y + node.y) / 2 + random.normal() * 0.7,
      (from.z + node.z) / 2 + random.normal() * 0.7,
    ];
    const rm = (r0 + r1) / 2;
    return [
      { x0: from.x, y0: from.y, z0: from.z, x1: mx, y1: my, z1: mz, r0, r1: rm },
      { x0: mx, y0: my, z0: mz, x1: node.x, y1: node.y, z1: node.z, r0: rm, r1 },
    ];
  });
}
