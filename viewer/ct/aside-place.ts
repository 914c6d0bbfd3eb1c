export const ASIDE_LEAST = 380;
export const ASIDE_MOST = 480;

const STORED_UNDER = "hub.reading.aside";

export interface AsidePlace {
  readonly width: number;
  readonly hidden: boolean;
}

export function storedAsidePlace(): AsidePlace {
  const [width, hidden] = (localStorage.getItem(STORED_UNDER) ?? "").split(" ");
  return { width: asideWidth(Number(width) || 420), hidden: hidden === "hidden" };
}

export function storeAsidePlace({ width, hidden }: AsidePlace): void {
  localStorage.setItem(STORED_UNDER, `${width} ${hidden ? "hidden" : "shown"}`);
}

export function asideWidth(width: number): number {
  return Math.min(ASIDE_MOST, Math.max(ASIDE_LEAST, Math.round(width)));
}
