/**
 * What readers draw on images, as they draw it. A deleted mark keeps its row, so that a page that was away hears of it.
 * With the signature they stand as the report does.
 */
export const readingMarksMigration = `
CREATE TABLE reading_mark (
  task_id uuid NOT NULL REFERENCES reading_task,
  account_id uuid NOT NULL REFERENCES account,
  -- made by the page: the same once more is the same mark
  id uuid NOT NULL,
  -- of the frame: the task's, or another one of the same person
  study_id bigint NOT NULL REFERENCES study,
  sop_instance_uid text NOT NULL CHECK (length(sop_instance_uid) <= 64),
  frame_number integer NOT NULL CHECK (frame_number >= 1),
  kind text NOT NULL CHECK (kind ~ '^[a-z-]{1,32}$'),
  points double precision[] NOT NULL CHECK (cardinality(points) BETWEEN 2 AND 512 AND cardinality(points) % 2 = 0),
  label text NOT NULL CHECK (length(label) <= 200),
  number integer NOT NULL CHECK (number BETWEEN 1 AND 9999),
  is_deleted boolean NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, account_id, id)
);
CREATE INDEX reading_mark_study ON reading_mark (study_id) WHERE NOT is_deleted;

CREATE FUNCTION hub_signed_marks_are_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wanted uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN wanted := OLD.task_id; ELSE wanted := NEW.task_id; END IF;
  PERFORM 1 FROM reading_task WHERE id = wanted AND state IN ('final', 'delivered', 'acknowledged');
  IF FOUND THEN RAISE EXCEPTION 'marks of a signed report are never changed'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signed_marks_are_kept BEFORE INSERT OR UPDATE OR DELETE ON reading_mark
  FOR EACH ROW EXECUTE FUNCTION hub_signed_marks_are_kept();

-- Writes that the account marks images in the task; the same again within ten minutes is one line.
CREATE FUNCTION hub_note_marks(who text, what text, of_study bigint, of_task uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  INSERT INTO audit_event (actor, account_id, action, outcome, study_id, task_id)
  SELECT who, hub_account_id(), what, 'done', of_study, of_task WHERE NOT EXISTS (
    SELECT 1 FROM audit_event e WHERE e.study_id = of_study AND e.account_id = hub_account_id() AND e.action = what
      AND e.task_id = of_task AND e.at > clock_timestamp() - interval '10 minutes') $$;

-- As preliminary reports: at the centre while it is read, everywhere the study is seen once it is signed.
ALTER TABLE reading_mark ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_mark ON reading_mark FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM study s WHERE s.id = reading_mark.study_id)
  AND EXISTS (SELECT 1 FROM reading_task t WHERE t.id = reading_mark.task_id
    AND (t.state IN ('final', 'delivered', 'acknowledged')
      OR (t.centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[]))));
CREATE POLICY make_mark ON reading_mark FOR INSERT TO hub_app WITH CHECK (
  account_id = (SELECT hub_account_id())
  AND EXISTS (SELECT 1 FROM study s WHERE s.id = reading_mark.study_id)
  AND EXISTS (SELECT 1 FROM reading_task t WHERE t.id = reading_mark.task_id AND t.state IN ('claimed', 'preliminary')
    AND (t.centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[])));
CREATE POLICY change_mark ON reading_mark FOR UPDATE TO hub_app USING (account_id = (SELECT hub_account_id()))
  WITH CHECK (account_id = (SELECT hub_account_id())
  AND EXISTS (SELECT 1 FROM reading_task t WHERE t.id = reading_mark.task_id AND t.state IN ('claimed', 'preliminary')
    AND (t.centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[])));
GRANT SELECT, INSERT, UPDATE ON reading_mark TO hub_app;
`;
