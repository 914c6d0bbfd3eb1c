import { useDeskQuery } from "../desk/use-desk-query.ts";
import { ColdTier } from "./cold-tier.tsx";
import { DueDeletions } from "./due-deletions.tsx";
import { LegalHolds } from "./legal-holds.tsx";
import { RetentionClasses } from "./retention-classes.tsx";
import { TabState } from "./tab-state.tsx";

/** What waits to be deleted first, as it asks for a decision; then what may not be, for how long, and where it lies. */
export function RetentionTab() {
  const retention = useDeskQuery("district", "getRetention", {});
  return (
    <TabState query={retention}>
      {(data) => (
        <div className="admin-retention">
          <DueDeletions due={data.due} total={data.dueTotal} sweeping={data.sweeping.blobs} />
          <LegalHolds holds={data.holds} />
          <RetentionClasses classes={data.classes} />
          <ColdTier tiers={data.tiers} />
        </div>
      )}
    </TabState>
  );
}
