/** What scanners ask of the hub beside storing: orders for their worklist, how a step went, storage commitment. */
export const modalityServicesMigration = `
-- the character set of the answers to this device's worklist queries; null: as it asks, else UTF-8
ALTER TABLE application_entity ADD COLUMN character_set text
  CHECK (character_set IN ('ISO_IR 192', 'GB18030', 'GBK', '\\ISO 2022 IR 58'));

CREATE TABLE storage_commitment (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  transaction_uid text NOT NULL CHECK (length(transaction_uid) <= 64),
  ae_title text NOT NULL,
  site_id text NOT NULL REFERENCES site,
  -- [[SOP Class UID, SOP Instance UID], …] as it was asked
  instances jsonb NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  reported_at timestamptz,
  failed_count integer
);
CREATE INDEX storage_commitment_open ON storage_commitment (requested_at) WHERE reported_at IS NULL;

CREATE TABLE imaging_order (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  site_id text NOT NULL REFERENCES site,
  accession_number text NOT NULL CHECK (length(accession_number) BETWEEN 1 AND 16),
  patient_id text NOT NULL CHECK (patient_id <> ''),
  patient_name text NOT NULL,
  patient_name_latin text NOT NULL,
  patient_birth_date text NOT NULL,
  patient_sex text NOT NULL CHECK (patient_sex IN ('', 'M', 'F', 'O')),
  clinical_history text NOT NULL,
  question text NOT NULL,
  requested_by uuid REFERENCES account,
  requesting_physician text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (site_id, accession_number)
);

-- one requested procedure with one step; what an order of several examinations needs is several of these
CREATE TABLE scheduled_step (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  order_id uuid NOT NULL REFERENCES imaging_order,
  site_id text NOT NULL REFERENCES site,
  -- Requested Procedure ID and Scheduled Procedure Step ID
  number text NOT NULL CHECK (length(number) BETWEEN 1 AND 16),
  study_instance_uid text NOT NULL UNIQUE,
  modality text NOT NULL,
  description text NOT NULL,
  -- empty: any device of the site
  station_ae_title text NOT NULL,
  -- DICOM DA and TM, the site's own
  start_date text NOT NULL CHECK (start_date ~ '^[0-9]{8}$'),
  start_time text NOT NULL CHECK (start_time ~ '^[0-9]{6}$'),
  state text NOT NULL DEFAULT 'scheduled' CHECK (state IN ('scheduled', 'started', 'performed', 'discontinued', 'cancelled')),
  changed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (site_id, number)
);
CREATE INDEX scheduled_step_list ON scheduled_step (site_id, start_date, start_time);
CREATE INDEX scheduled_step_order ON scheduled_step (order_id);

CREATE TABLE performed_step (
  sop_instance_uid text PRIMARY KEY CHECK (length(sop_instance_uid) <= 64),
  site_id text NOT NULL REFERENCES site,
  ae_title text NOT NULL,
  study_instance_uid text NOT NULL,
  scheduled_step_id uuid REFERENCES scheduled_step,
  status text NOT NULL CHECK (status IN ('IN PROGRESS', 'COMPLETED', 'DISCONTINUED')),
  -- the instances that the device says it made, known once it is done
  instance_uids text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE INDEX performed_step_study ON performed_step (study_instance_uid);

ALTER TABLE imaging_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE scheduled_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_order ON imaging_order FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('order.view'))) OR (site_id || ' origin') = ANY ((SELECT hub_view_grants('order.view'))::text[]));
CREATE POLICY place_order ON imaging_order FOR INSERT TO hub_app WITH CHECK (
  (site_id || ' origin') = ANY ((SELECT hub_view_grants('order.place'))::text[]));
CREATE POLICY view_step ON scheduled_step FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM imaging_order o WHERE o.id = scheduled_step.order_id));
CREATE POLICY place_step ON scheduled_step FOR INSERT TO hub_app WITH CHECK (
  (site_id || ' origin') = ANY ((SELECT hub_view_grants('order.place'))::text[]));
CREATE POLICY change_step ON scheduled_step FOR UPDATE TO hub_app USING (
  (site_id || ' origin') = ANY ((SELECT hub_view_grants('order.place'))::text[]));
GRANT SELECT, INSERT ON imaging_order, scheduled_step TO hub_app;
GRANT UPDATE (state, changed_at) ON scheduled_step TO hub_app;
`;
