/** The association is gone (abort, loss, time-out): whoever waits for the peer stops waiting. There is nobody left to answer. */
export class AssociationEnded extends Error {
  constructor() {
    super("association ended");
    this.name = "AssociationEnded";
  }
}
