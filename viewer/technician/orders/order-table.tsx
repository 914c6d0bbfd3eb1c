import type { Answer } from "../../../core/api/payloads.ts";
import { useText } from "../../i18n/use-text.ts";
import styles from "../technician.module.css";
import { OrderRow } from "./order-row.tsx";

type Order = Answer<"listOrders">["orders"][number];

interface OrderTableProps {
  readonly orders: readonly Order[];
  /** Rows of the last filter, while the answer to this one is on its way. */
  readonly dimmed: boolean;
  readonly onChange: (order: Order) => void;
}

export function OrderTable({ orders, dimmed, onChange }: OrderTableProps) {
  const { text } = useText();
  return (
    <div className={`${styles.scroll} ${dimmed ? styles.dimmed : ""}`}>
      <table className={`${styles.table} ${styles.orders}`}>
        <thead>
          <tr>
            <th className={styles["col-order-time"]}>{text("order.time")}</th>
            <th className={styles["col-patient"]}>{text("order.patient")}</th>
            <th className={styles["col-age"]}>{text("order.sex-age")}</th>
            <th>{text("order.procedure")}</th>
            <th className={styles["col-accession"]}>{text("order.accession")}</th>
            <th className={styles["col-station"]}>{text("order.station")}</th>
            <th className={styles["col-order-state"]}>{text("order.state")}</th>
            <th className={styles["col-actions"]}>{text("order.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} onChange={() => onChange(order)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
