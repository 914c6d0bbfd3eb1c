import { Segmented } from "antd";
import { useAddressParams } from "../desk/use-address-params.ts";
import { useText } from "../i18n/use-text.ts";
import { Destinations } from "./destinations.tsx";
import { ForwardRules } from "./forward-rules.tsx";
import { PriorRules } from "./prior-rules.tsx";
import { TransferList } from "./transfer-list.tsx";

const VIEWS = ["destinations", "list", "rules"] as const;
type View = (typeof VIEWS)[number];

/** What goes to other archives and comes from them: whether they answer, what waits, what failed and why, and by which rules. */
export function TransfersTab() {
  const { text } = useText();
  const [params, change] = useAddressParams();
  const shown = VIEWS.find((view) => view === params.get("view")) ?? "destinations";
  return (
    <>
      <div className="admin-bar">
        <Segmented<View>
          value={shown}
          options={VIEWS.map((value) => ({ value, label: text(`transfer.view.${value}`) }))}
          onChange={(view) =>
            change((next) => {
              for (const name of [...next.keys()]) next.delete(name);
              next.set("view", view);
            })
          }
        />
      </div>
      {shown === "destinations" && <Destinations />}
      {shown === "list" && <TransferList />}
      {shown === "rules" && (
        <div className="admin-retention">
          <ForwardRules />
          <PriorRules />
        </div>
      )}
    </>
  );
}
