export interface AssociationLimits {
  /** Associations at the same time, of all peers. */
  readonly associations: number;
  readonly associationsPerAeTitle: number;
}

/** Counts the associations that are open, in all and of each calling AE title. */
export class AssociationSlots {
  readonly #limits: AssociationLimits;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(limits: AssociationLimits) {
    this.#limits = limits;
  }

  get areFull(): boolean {
    return this.#total >= this.#limits.associations;
  }

  /** False when there is none left; nothing is taken then. */
  take(callingAeTitle: string): boolean {
    const own = this.#taken.get(callingAeTitle) ?? 0;
    if (this.areFull || own >= this.#limits.associationsPerAeTitle) return false;
    this.#taken.set(callingAeTitle, own + 1);
    this.#total++;
    return true;
  }

  give(callingAeTitle: string): void {
    const rest = (this.#taken.get(callingAeTitle) ?? 0) - 1;
    if (rest > 0) this.#taken.set(callingAeTitle, rest);
    else this.#taken.delete(callingAeTitle);
    this.#total--;
  }
}
