export interface AssociationLimits {
  /** Associations at the same time, of all peers. */
  readonly associations: number;
  readonly associationsPerAeTitle: number;
  /** Connections of one remote address that have not been admitted yet. */
  readonly waitingPerAddress: number;
}

/** Counts the associations that are open, in all and of each calling AE title. */
export class AssociationSlots {
  readonly #limits: Pick<AssociationLimits, "associations" | "associationsPerAeTitle">;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(limits: Pick<AssociationLimits, "associations" | "associationsPerAeTitle">) {
    this.#limits = limits;
  }

  get areFull(): boolean {
    return this.#total >= this.#limits.associations;
  }

  /** False when there is none left; nothing is taken then. `ownLimit` stands for this AE title instead of the usual one. */
  take(callingAeTitle: string, ownLimit: number | null = null): boolean {
    const own = this.#taken.get(callingAeTitle) ?? 0;
    if (this.areFull || own >= (ownLimit ?? this.#limits.associationsPerAeTitle)) return false;
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
