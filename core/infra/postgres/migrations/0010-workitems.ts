/** Reading tasks as workitems of UPS-RS: their numbers, the ones that were given back, and who subscribed to what. */
export const workitemsMigration = `
-- null: derived from the task's id (core/reading/workitem.ts)
ALTER TABLE reading_task ADD COLUMN workitem_uid text CONSTRAINT reading_task_workitem_uid UNIQUE
  CHECK (length(workitem_uid) <= 64);
ALTER TABLE reading_task ADD COLUMN workitem_number integer NOT NULL DEFAULT 0;
CREATE INDEX reading_task_study ON reading_task (study_id);
CREATE INDEX reading_task_newest ON reading_task (requested_at DESC, id);
CREATE INDEX reading_task_living ON reading_task (requested_at DESC, id)
  WHERE state IN ('ordered', 'ready', 'claimed', 'preliminary');

CREATE TABLE replaced_workitem (
  task_id uuid NOT NULL REFERENCES reading_task,
  number integer NOT NULL,
  reader_id uuid REFERENCES account,
  transaction_uid text,
  ended_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, number)
);

CREATE TABLE workitem_cancel_request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id uuid NOT NULL REFERENCES reading_task,
  number integer NOT NULL,
  account_id uuid NOT NULL REFERENCES account,
  reason text NOT NULL,
  asked_at timestamptz NOT NULL
);
CREATE INDEX workitem_cancel_request_task ON workitem_cancel_request (task_id, number, id);

CREATE TABLE workitem_subscription (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id uuid NOT NULL REFERENCES account,
  ae_title text NOT NULL CHECK (length(ae_title) BETWEEN 1 AND 16),
  workitem_uid text NOT NULL CHECK (length(workitem_uid) <= 64),
  -- [{name, value}, …] as in a search
  filter jsonb NOT NULL DEFAULT '[]',
  -- false: taken out of what a global subscription would give
  is_subscribed boolean NOT NULL,
  -- workitems that are made later are not subscribed to
  suspended_at timestamptz,
  made_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (account_id, ae_title, workitem_uid)
);

ALTER TABLE replaced_workitem ENABLE ROW LEVEL SECURITY;
ALTER TABLE workitem_cancel_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE workitem_subscription ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_replaced ON replaced_workitem FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM reading_task t WHERE t.id = replaced_workitem.task_id));
CREATE POLICY replace_workitem ON replaced_workitem FOR INSERT TO hub_app WITH CHECK (
  EXISTS (SELECT 1 FROM reading_task t WHERE t.id = replaced_workitem.task_id
    AND (t.centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[])));
CREATE POLICY view_cancel_request ON workitem_cancel_request FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM reading_task t WHERE t.id = workitem_cancel_request.task_id));
CREATE POLICY make_cancel_request ON workitem_cancel_request FOR INSERT TO hub_app WITH CHECK (
  account_id = (SELECT hub_account_id()) AND EXISTS (SELECT 1 FROM reading_task t WHERE t.id = workitem_cancel_request.task_id
    AND (t.site_id || ' origin') = ANY ((SELECT hub_view_grants('task.withdraw'))::text[])));
CREATE POLICY own_subscription ON workitem_subscription FOR ALL TO hub_app
  USING (account_id = (SELECT hub_account_id())) WITH CHECK (account_id = (SELECT hub_account_id()));
GRANT SELECT, INSERT ON replaced_workitem, workitem_cancel_request TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON workitem_subscription TO hub_app;
`;
