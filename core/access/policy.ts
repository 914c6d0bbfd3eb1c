/** What a person is at an institution. One account may hold several, at several sites. */
export const ROLES = ["technician", "gp", "reader", "countersigner", "administrator"] as const;
export type Role = (typeof ROLES)[number];

/**
 * How the site at which the role is held stands to the thing:
 * origin: the study was made there · centre: a reading task for it is or was at that centre ·
 * prior: a study of the same patient has a task at that centre · any: no relation is asked for.
 */
export const RELATIONS = ["origin", "centre", "prior", "any"] as const;
export type Relation = (typeof RELATIONS)[number];

/** A registered AE title: it stands for its site on the DICOM port, and no account can hold it. */
export type PolicyRole = Role | "device";

type Rule = readonly [role: PolicyRole, ...relations: Relation[]];

/**
 * The one policy: action → who may, through which relation. The use cases ask it, and Postgres' row-level security reads
 * the same rows (they are written into `access_policy` at each start).
 */
export const POLICY = {
  "session.use": [
    ["technician", "any"],
    ["gp", "any"],
    ["reader", "any"],
    ["countersigner", "any"],
    ["administrator", "any"],
  ],
  "study.store": [["technician", "origin"]],
  "study.view": [
    ["technician", "origin"],
    ["gp", "origin"],
    ["reader", "centre", "prior"],
    ["countersigner", "centre", "prior"],
    ["administrator", "any"],
    /** C-FIND, C-GET, C-MOVE: what is its site's own, and what its site was asked to read, with the priors. */
    ["device", "origin", "centre", "prior"],
  ],
  /** Hides what should not be looked at, and takes it back: one's own doing, or as administrator. */
  "study.reject": [
    ["technician", "origin"],
    ["administrator", "any"],
  ],
  /** What the site's own scanners will be asked to do. */
  "order.place": [
    ["technician", "origin"],
    ["gp", "origin"],
  ],
  "order.view": [
    ["technician", "origin"],
    ["gp", "origin"],
    ["administrator", "any"],
  ],
  "task.request": [
    ["technician", "origin"],
    ["gp", "origin"],
  ],
  "task.withdraw": [["technician", "origin"]],
  "task.view": [
    ["technician", "origin"],
    ["gp", "origin"],
    ["reader", "centre", "prior"],
    ["countersigner", "centre", "prior"],
    ["administrator", "any"],
  ],
  "task.read": [["reader", "centre"]],
  /** The list and one's own text are for both kinds of doctor. */
  "task.write": [
    ["reader", "centre"],
    ["countersigner", "centre"],
  ],
  "task.countersign": [["countersigner", "centre"]],
  "report.view": [
    ["technician", "origin"],
    ["gp", "origin"],
    ["reader", "centre", "prior"],
    ["countersigner", "centre", "prior"],
    ["administrator", "any"],
  ],
  "report.acknowledge": [["gp", "origin"]],
  "notice.view": [
    ["technician", "origin"],
    ["gp", "origin"],
    ["reader", "origin"],
    ["countersigner", "origin"],
  ],
  "retention.manage": [["administrator", "any"]],
  /** Out of the hub, without who the patients are. */
  "study.export-deidentified": [["administrator", "any"]],
  /** Merging, moving and correcting; linking patients of two centres is the administrator's alone. */
  "patient.reconcile": [
    ["technician", "origin"],
    ["administrator", "any"],
  ],
  "district.manage": [["administrator", "any"]],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

export type Action = keyof typeof POLICY;

export interface PolicyRow {
  readonly action: Action;
  readonly role: PolicyRole;
  readonly relation: Relation;
}

export const POLICY_ROWS: readonly PolicyRow[] = Object.entries(POLICY).flatMap(([action, rules]) =>
  rules.flatMap(([role, ...relations]) => relations.map((relation) => ({ action: action as Action, role, relation }))),
);
