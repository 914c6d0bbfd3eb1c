import { asActor, asHub } from "../../../core/infra/postgres/as-actor.ts";
import type { Database } from "../../../core/infra/postgres/database.ts";
import {
  cancelOrder,
  changeOrder,
  listOrders,
  listStations,
  placeOrder,
} from "../../../core/infra/postgres/queries/order-queries.ts";
import type { Handlers } from "../api-router.ts";

type OrderOperation = "placeOrder" | "listOrders" | "listStations" | "changeOrder" | "cancelOrder";

/** Orders: what a scanner's worklist is made of. */
export function orderRoutes(db: Database): Pick<Handlers, OrderOperation> {
  return {
    placeOrder: ({ actor, body }) => asActor(db, actor, (tx) => placeOrder(tx, actor, body)),
    listOrders: ({ actor, query }) => asActor(db, actor, (tx) => listOrders(tx, actor, query)),
    listStations: ({ actor }) => asHub(db, (tx) => listStations(tx, actor)),
    changeOrder: ({ actor, params, body }) => asActor(db, actor, (tx) => changeOrder(tx, actor, params.orderId, body)),
    cancelOrder: ({ actor, params }) => asActor(db, actor, (tx) => cancelOrder(tx, actor, params.orderId)),
  };
}
