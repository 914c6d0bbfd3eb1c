/**
 * What the administrator does about transfers, what the technician does about orders, and which instances a device says it
 * made that have not come.
 */
export const transfersAndOrdersMigration = `
-- transfers ---------------------------------------------------------------------------------------------------------
-- when its job came to its end; null: it is to be done, or was given up
ALTER TABLE transfer ADD COLUMN done_at timestamptz;
UPDATE transfer t SET done_at = t.changed_at WHERE NOT EXISTS (
  SELECT 1 FROM outbox o WHERE o.name IN ('forward-study', 'fetch-priors') AND o.payload ->> 'transferId' = t.id::text);
CREATE INDEX transfer_destination ON transfer (destination, number DESC);
CREATE INDEX transfer_done ON transfer (destination, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX transfer_failing ON transfer (destination, changed_at DESC) WHERE failure IS NOT NULL;

-- an administrator wants nothing to go there, until then or until told otherwise; destination_pause is the hub's own
CREATE TABLE destination_hold (
  ae_title text PRIMARY KEY REFERENCES application_entity ON DELETE CASCADE,
  reason text NOT NULL,
  until timestamptz,
  held_at timestamptz NOT NULL DEFAULT now(),
  held_by text NOT NULL
);

ALTER TABLE forward_rule
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  -- the device that sent the study; empty: any of the site
  ADD COLUMN source text NOT NULL DEFAULT '',
  DROP CONSTRAINT forward_rule_pkey,
  ADD PRIMARY KEY (id),
  ADD UNIQUE (site_id, source, modality, destination);
CREATE INDEX forward_rule_destination ON forward_rule (destination);
-- a PACS that a rule names is not deleted with its rules unasked
ALTER TABLE prior_rule
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  DROP CONSTRAINT prior_rule_source_fkey,
  ADD CONSTRAINT prior_rule_source_fkey FOREIGN KEY (source) REFERENCES application_entity;

-- orders ------------------------------------------------------------------------------------------------------------
ALTER TABLE imaging_order ADD COLUMN urgency text NOT NULL DEFAULT 'routine' CHECK (urgency IN ('routine', 'urgent'));
CREATE POLICY change_order ON imaging_order FOR UPDATE TO hub_app USING (
  (site_id || ' origin') = ANY ((SELECT hub_view_grants('order.place'))::text[]));
GRANT UPDATE (accession_number, patient_id, patient_name, patient_name_latin, patient_birth_date, patient_sex,
  clinical_history, question, urgency) ON imaging_order TO hub_app;
GRANT UPDATE (number, modality, description, station_ae_title, start_date, start_time) ON scheduled_step TO hub_app;
CREATE INDEX scheduled_step_station ON scheduled_step (station_ae_title) WHERE state IN ('scheduled', 'started');
CREATE INDEX performed_step_scheduled ON performed_step (scheduled_step_id) WHERE scheduled_step_id IS NOT NULL;

ALTER TABLE performed_step ADD COLUMN instance_count integer NOT NULL DEFAULT 0;
UPDATE performed_step SET instance_count = cardinality(instance_uids);
ALTER TABLE performed_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_performed_step ON performed_step FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('order.view'))) OR (site_id || ' origin') = ANY ((SELECT hub_view_grants('order.view'))::text[]));
GRANT SELECT ON performed_step TO hub_app;

-- Instances that a device says it made, and that were not here when it said so. They go once the study is complete with
-- them; until then what has come since does not count as missing.
CREATE TABLE missing_instance (
  performed_step_uid text NOT NULL REFERENCES performed_step,
  sop_instance_uid text NOT NULL CHECK (length(sop_instance_uid) <= 64),
  study_instance_uid text NOT NULL,
  series_instance_uid text NOT NULL,
  -- as the device calls the series: it may be that nothing of it is here
  series_description text NOT NULL,
  PRIMARY KEY (performed_step_uid, sop_instance_uid)
);
CREATE INDEX missing_instance_study ON missing_instance (study_instance_uid);
ALTER TABLE missing_instance ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_missing ON missing_instance FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM performed_step p WHERE p.sop_instance_uid = missing_instance.performed_step_uid));
GRANT SELECT ON missing_instance TO hub_app;

-- Is it stored, whoever may be given it? What is hidden has come all the same.
CREATE FUNCTION hub_has_instance(uid text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM instance WHERE sop_instance_uid = uid) $$;

-- audit -------------------------------------------------------------------------------------------------------------
CREATE INDEX audit_event_action ON audit_event (action, id);
-- requests that were refused are written under their method and path
CREATE INDEX audit_event_request ON audit_event (id) WHERE action LIKE '% /%';
`;
