/** How far an order is, as people see it: what its device said, and whether images have come. */
export const ORDER_STAGES = ["scheduled", "started", "arrived", "performed", "discontinued", "cancelled"] as const;
export type OrderStage = (typeof ORDER_STAGES)[number];
