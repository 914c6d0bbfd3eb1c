import type { EcgBox } from "./ecg-layout.ts";
import { type PaperScale, xMmOf, yMmOf } from "./ecg-scale.ts";

/**
 * A time and amplitude caliper. It holds to the recording (seconds, microvolts, lead), not to the paper, so it stays on its
 * wave whatever the layout, speed, gain and zoom are.
 */
export interface Caliper {
  readonly id: number;
  readonly lead: string;
  readonly kind: EcgBox["kind"];
  readonly fromS: number;
  readonly toS: number;
  readonly fromMicrovolts: number;
  readonly toMicrovolts: number;
  readonly marchOut: boolean;
  /** An end was drawn past the edge of its lead and stands there: the interval goes on where nobody sees it. */
  readonly isCut?: boolean;
}

export interface CaliperReading {
  readonly ms: number;
  /** The rate, were the interval one of beat to beat; null where it can be none: too short, or cut off. */
  readonly bpm: number | null;
  readonly millivolts: number;
}

/** 400 a minute: no ventricles beat faster, and what is narrower was meant for a wave. */
const SHORTEST_BEAT_MS = 150;

export function readCaliper(caliper: Caliper): CaliperReading {
  const ms = Math.abs(caliper.toS - caliper.fromS) * 1000;
  return {
    ms,
    bpm: ms < SHORTEST_BEAT_MS || caliper.isCut ? null : 60_000 / ms,
    millivolts: (caliper.toMicrovolts - caliper.fromMicrovolts) / 1000,
  };
}

export type CaliperPart = "from-time" | "to-time" | "from-amplitude" | "to-amplitude" | "whole";

export interface CaliperPlace {
  readonly box: EcgBox;
  readonly fromXMm: number;
  readonly toXMm: number;
  readonly fromYMm: number;
  readonly toYMm: number;
}

/** Where the caliper lies on this page; null when its lead or its time is not on it. */
export function placeCaliper(caliper: Caliper, boxes: readonly EcgBox[], scale: PaperScale): CaliperPlace | null {
  const shown = boxes.filter((box) => {
    const endS = box.startS + box.seconds;
    return (
      box.present &&
      box.lead === caliper.lead &&
      Math.min(caliper.fromS, caliper.toS) < endS &&
      Math.max(caliper.fromS, caliper.toS) > box.startS
    );
  });
  // most of it first; the strip it was drawn on when that is the same
  const held = (box: EcgBox) =>
    Math.min(Math.max(caliper.fromS, caliper.toS), box.startS + box.seconds) -
    Math.max(Math.min(caliper.fromS, caliper.toS), box.startS);
  const box = shown.sort(
    (a, b) =>
      Math.round((held(b) - held(a)) * 1e6) || Number(b.kind === caliper.kind) - Number(a.kind === caliper.kind),
  )[0];
  if (!box) return null;
  return {
    box,
    fromXMm: xMmOf(caliper.fromS, box, scale),
    toXMm: xMmOf(caliper.toS, box, scale),
    fromYMm: yMmOf(caliper.fromMicrovolts, box, scale),
    toYMm: yMmOf(caliper.toMicrovolts, box, scale),
  };
}

/** What of the caliper is under the point, time lines first: they are what one corrects most. */
export function caliperPartAt(place: CaliperPlace, xMm: number, yMm: number, toleranceMm: number): CaliperPart | null {
  const { box, fromXMm, toXMm, fromYMm, toYMm } = place;
  if (yMm < box.topMm || yMm > box.topMm + box.heightMm) return null;
  const near = (a: number, b: number) => Math.abs(a - b) <= toleranceMm;
  const between = (value: number, a: number, b: number) =>
    value >= Math.min(a, b) - toleranceMm && value <= Math.max(a, b) + toleranceMm;
  if (near(xMm, toXMm)) return "to-time";
  if (near(xMm, fromXMm)) return "from-time";
  if (!between(xMm, fromXMm, toXMm)) return null;
  if (near(yMm, toYMm)) return "to-amplitude";
  if (near(yMm, fromYMm)) return "from-amplitude";
  return between(yMm, fromYMm, toYMm) ? "whole" : null;
}

export function moveCaliper(caliper: Caliper, part: CaliperPart, byS: number, byMicrovolts: number): Caliper {
  const moves = (...parts: readonly CaliperPart[]) => part === "whole" || parts.includes(part);
  return {
    ...caliper,
    fromS: caliper.fromS + (moves("from-time") ? byS : 0),
    toS: caliper.toS + (moves("to-time") ? byS : 0),
    fromMicrovolts: caliper.fromMicrovolts + (moves("from-amplitude") ? byMicrovolts : 0),
    toMicrovolts: caliper.toMicrovolts + (moves("to-amplitude") ? byMicrovolts : 0),
  };
}

/** As `moveCaliper`, but no part of it leaves its lead: a line stops at the edge, the whole of it keeps its width. */
export function moveCaliperWithin(
  caliper: Caliper,
  part: CaliperPart,
  byS: number,
  byMicrovolts: number,
  box: EcgBox,
): Caliper {
  if (part !== "whole") return heldTo(box, moveCaliper(caliper, part, byS, byMicrovolts));
  const [left, right] = [Math.min(caliper.fromS, caliper.toS), Math.max(caliper.fromS, caliper.toS)];
  const back = Math.min(0, box.startS - left);
  const on = Math.max(0, box.startS + box.seconds - right);
  return moveCaliper(caliper, part, Math.min(on, Math.max(back, byS)), byMicrovolts);
}

/** The caliper with its ends within what its lead shows. */
export function heldTo(box: EcgBox, caliper: Caliper): Caliper {
  const within = (timeS: number) => Math.min(box.startS + box.seconds, Math.max(box.startS, timeS));
  const [fromS, toS] = [within(caliper.fromS), within(caliper.toS)];
  return { ...caliper, fromS, toS, isCut: fromS !== caliper.fromS || toS !== caliper.toS };
}

const MOST_MARCHES = 1000;

/** The caliper's interval repeated to both sides over the strip, its own two lines left out. Seconds, ascending. */
export function marchOutTimes(caliper: Caliper, box: EcgBox): readonly number[] {
  const stepS = Math.abs(caliper.toS - caliper.fromS);
  const firstS = Math.min(caliper.fromS, caliper.toS);
  if (stepS < 0.02) return []; // 20 ms: lines a millimetre apart would only hide the trace
  const times: number[] = [];
  const from = Math.ceil((box.startS - firstS) / stepS);
  const to = Math.floor((box.startS + box.seconds - firstS) / stepS);
  for (let step = from; step <= to && times.length < MOST_MARCHES; step += 1)
    if (step !== 0 && step !== 1) times.push(firstS + step * stepS);
  return times;
}
