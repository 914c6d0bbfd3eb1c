/** What grew with a study at each batch that it received, or with the archive at each search, and a demo whose first start was broken off. */
export const longSeriesMigration = `
-- As in 0013; but a study with notes is counted anew only when a note took effect, or what came in is named by one: not with
-- every batch of what comes to it besides.
CREATE OR REPLACE FUNCTION hub_settle_arrivals(arrived text[], notes jsonb) RETURNS TABLE (uid text, reason text) LANGUAGE plpgsql AS $$
DECLARE n jsonb; noted record; v_id uuid; v_study bigint; v_named integer; v_noted bigint[] := '{}';
BEGIN
  FOR n IN SELECT * FROM jsonb_array_elements(notes) LOOP
    SELECT i.study_id, i.received_from, i.received_via INTO noted FROM instance i JOIN study s ON s.id = i.study_id
      WHERE i.sop_instance_uid = n->>'sopInstanceUid' AND i.data_set_sha256 = decode(n->>'dataSetSha256', 'hex')
        AND s.site_id = n->>'siteId';
    CONTINUE WHEN NOT FOUND;
    v_id := NULL;
    INSERT INTO rejection (study_id, note_sop_instance_uid, reason, rejected_by, account_id)
      VALUES (noted.study_id, n->>'sopInstanceUid', n->>'reason', noted.received_from, (n->>'accountId')::uuid)
      ON CONFLICT (note_sop_instance_uid) DO NOTHING RETURNING id INTO v_id;
    CONTINUE WHEN v_id IS NULL;
    v_noted := v_noted || noted.study_id;
    INSERT INTO rejected_instance (sop_instance_uid, rejection_id)
      SELECT DISTINCT x.named, v_id FROM jsonb_array_elements_text(n->'rejected') AS x (named);
    GET DIAGNOSTICS v_named = ROW_COUNT;
    INSERT INTO audit_event (actor, account_id, action, outcome, study_id, detail)
      VALUES (noted.received_from, (n->>'accountId')::uuid, 'study.reject', 'done', noted.study_id,
        jsonb_build_object('reason', n->>'reason', 'instances', v_named, 'via', noted.received_via));
    WITH told AS (
      INSERT INTO notice (site_id, role, account_id, kind, task_id)
      SELECT centre_site_id, 'reader', reader_id, 'task-images-rejected', id FROM reading_task
      WHERE study_id = noted.study_id AND state IN ('claimed', 'preliminary') AND reader_id IS NOT NULL
      ON CONFLICT DO NOTHING RETURNING site_id, task_id)
    INSERT INTO outbox (kind, name, payload)
      SELECT 'live', 'change', jsonb_build_object('topic', 'notice', 'siteIds', jsonb_build_array(site_id), 'taskId', task_id) FROM told;
  END LOOP;
  FOR v_study IN
    SELECT DISTINCT i.study_id FROM instance i WHERE i.sop_instance_uid = ANY (arrived) AND (
      i.study_id = ANY (v_noted)
      OR EXISTS (SELECT 1 FROM study s WHERE s.id = i.study_id AND s.originals_deleted_at IS NOT NULL)
      OR i.hidden_as IS NULL AND (
        EXISTS (SELECT 1 FROM rejection r WHERE r.note_sop_instance_uid = i.sop_instance_uid AND r.study_id = i.study_id)
        OR EXISTS (SELECT 1 FROM rejected_instance ri JOIN rejection r ON r.id = ri.rejection_id
          WHERE ri.sop_instance_uid = i.sop_instance_uid AND r.study_id = i.study_id AND r.undone_at IS NULL)))
    ORDER BY 1 LOOP
    UPDATE study SET originals_deleted_at = NULL WHERE id = v_study AND originals_deleted_at IS NOT NULL;
    PERFORM hub_apply_notes(v_study);
  END LOOP;
  RETURN QUERY SELECT i.sop_instance_uid, i.hidden_as FROM instance i
    WHERE i.sop_instance_uid = ANY (arrived) AND i.hidden_as IN ('safety', 'worklist');
END $$;

-- a modality of which there is little or nothing is not looked for study by study
CREATE INDEX study_modalities ON study USING gin (modalities);

-- as core/infra/postgres/person-of.ts asks it
CREATE INDEX patient_of_person ON patient ((CASE WHEN person_id IS NULL THEN id ELSE person_id END));
-- a site's board, what a centre has read: each in the order in which it is shown, as is one kind of audit lines below
CREATE INDEX study_board ON study (site_id, first_received_at DESC, id DESC) WHERE originals_deleted_at IS NULL;
CREATE INDEX reading_task_done ON reading_task (centre_site_id, final_at DESC, id)
  WHERE state IN ('final', 'delivered', 'acknowledged');
-- a site's reports, those first that nobody has acknowledged
CREATE INDEX reading_task_reported ON reading_task (site_id, (acknowledged_at IS NOT NULL), final_at DESC, id)
  WHERE final_at IS NOT NULL;
CREATE INDEX reading_task_unread ON reading_task (site_id, final_at DESC, id) WHERE final_at IS NOT NULL AND acknowledged_at IS NULL;
-- in an order that no other index has: who has no notices would else be shown that by a walk through all of them
DROP INDEX notice_site;
CREATE INDEX notice_newest ON notice (site_id, role, created_at DESC, id DESC);

-- The same policies, asked of each row that is looked at: as they were, Postgres hashed all studies of the archive first for a
-- page of fifty rows. OFFSET 0 is what keeps it from that.
ALTER POLICY view_study ON study USING (
  (SELECT '* any' = ANY (hub_view_grants('study.view')))
  OR EXISTS (SELECT 1 FROM study_access a WHERE a.study_id = study.id OFFSET 0));
ALTER POLICY view_task ON reading_task USING (EXISTS (SELECT 1 FROM study s WHERE s.id = reading_task.study_id OFFSET 0));

-- One row, of a demo district: when it was begun, and when all of its studies were there.
CREATE TABLE demo_seed (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  began_at timestamptz NOT NULL,
  stored_at timestamptz
);
`;
