import { asActor } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import { cancelOrder, listOrders, placeOrder } from "../../../core/infra/postgres/queries/order-queries.ts";
import type { Handlers } from "../api-router.ts";

/** Orders: what a scanner's worklist is made of. */
export function orderRoutes(db: Database): Pick<Handlers, "placeOrder" | "listOrders" | "cancelOrder"> {
  return {
    placeOrder: ({ actor, body }) => asActor(db, actor, (tx) => placeOrder(tx, actor, body)),
    listOrders: ({ actor, query }) => asActor(db, actor, (tx) => listOrders(tx, actor, query)),
    cancelOrder: ({ actor, params }) => asActor(db, actor, (tx) => cancelOrder(tx, actor, params.orderId)),
  };
}
