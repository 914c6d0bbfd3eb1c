import type { Role } from "../../core/access/policy.ts";
import type { Session } from "../../core/api/payloads/session-payloads.ts";
import type { TextKey } from "../i18n/catalogue.ts";

export interface Desk {
  readonly path: string;
  readonly label: TextKey;
  readonly roles: readonly Role[];
}

/** In the order in which they stand in the bar; the first that is someone's is where they begin. */
const DESKS: readonly Desk[] = [
  { path: "/technician", label: "shell.desk-technician", roles: ["technician"] },
  { path: "/technician/orders", label: "shell.desk-orders", roles: ["technician"] },
  { path: "/reading", label: "shell.desk-reading", roles: ["reader", "countersigner"] },
  { path: "/gp", label: "shell.desk-gp", roles: ["gp"] },
  { path: "/admin", label: "shell.desk-admin", roles: ["administrator"] },
];

export function desksOf(session: Pick<Session, "roles">): readonly Desk[] {
  return DESKS.filter((desk) => session.roles.some(({ role }) => desk.roles.includes(role)));
}

/** The desk that a page belongs to: of one inside another, the inner. */
export function deskOf(path: string): Desk | undefined {
  return DESKS.filter((desk) => path === desk.path || path.startsWith(`${desk.path}/`)).at(-1);
}

/** May the person be on this page? The reading page shows itself to whoever may see the study: the hub decides. */
export function mayEnter(session: Pick<Session, "roles">, path: string): boolean {
  if (/^\/reading\/./.test(path)) return true;
  const desk = deskOf(path);
  return desk === undefined || desksOf(session).includes(desk);
}
