/**
 * As whom an instance was sent on, so that it is sent again when its patient is corrected; what lies in each store, so that
 * nobody counts the archive to tell; and lists of what is due that look at what is due alone.
 */
export const sentAndStoredMigration = `
-- sent on -----------------------------------------------------------------------------------------------------------
-- What an overlay says of a patient, in one word; null: what the instances say.
CREATE FUNCTION hub_identity_mark(laid jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT md5(nullif(laid - 'kind', '{}')::text) $$;
-- as whom it was sent
ALTER TABLE transfer_instance ADD COLUMN identity_mark text;

-- Where a study was sent on to, it is sent on again once somebody else is shown: who reads there sees the same as here.
CREATE FUNCTION hub_send_on_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH begun AS (
    UPDATE transfer SET changed_at = now(), attempts = 0, next_at = NULL WHERE study_id = NEW.id AND kind = 'forward'
    RETURNING id),
  forgotten AS (
    DELETE FROM outbox WHERE name = 'forward-study' AND failed_at IS NOT NULL
      AND payload ->> 'transferId' IN (SELECT id::text FROM begun))
  INSERT INTO outbox (kind, name, payload) SELECT 'job', 'forward-study', jsonb_build_object('transferId', id) FROM begun;
  RETURN NULL;
END $$;
CREATE TRIGGER study_is_sent_on_again AFTER UPDATE OF laid ON study FOR EACH ROW
  WHEN (hub_identity_mark(OLD.laid) IS DISTINCT FROM hub_identity_mark(NEW.laid)) EXECUTE FUNCTION hub_send_on_again();

-- where a study was sent on to; to be shown to whoever changes who the patient is
CREATE FUNCTION hub_sent_on_to(wanted bigint) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT t.destination ORDER BY t.destination), '{}') FROM transfer t
  WHERE t.study_id = wanted AND t.kind = 'forward'
    AND EXISTS (SELECT 1 FROM transfer_instance x WHERE x.transfer_id = t.id AND NOT x.is_refused) $$;

-- An order that was placed before its patient was merged or corrected: the scanner asks for the one that holds.
CREATE FUNCTION hub_order_patient(of_site text, of_id text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('id', t.patient_id, 'name', replace(t.name_ideographic, '^', ''), 'latin', t.name_alphabetic,
    'birthDate', t.birth_date, 'sex', CASE WHEN t.sex IN ('M', 'F', 'O') THEN t.sex END)
  FROM patient p JOIN patient t ON t.id = coalesce(p.merged_into, p.id)
  WHERE p.issuer = of_site AND p.own IS NOT NULL AND (p.patient_id = of_id OR p.own ->> 'patientId' = of_id)
  ORDER BY (p.patient_id = of_id) DESC LIMIT 1 $$;
CREATE VIEW standing_order WITH (security_invoker = true) AS
  SELECT o.id, o.site_id, o.accession_number, coalesce(n.p ->> 'id', o.patient_id) AS patient_id,
    coalesce(n.p ->> 'name', o.patient_name) AS patient_name, coalesce(n.p ->> 'latin', o.patient_name_latin) AS patient_name_latin,
    coalesce(n.p ->> 'birthDate', o.patient_birth_date) AS patient_birth_date, coalesce(n.p ->> 'sex', o.patient_sex) AS patient_sex,
    o.clinical_history, o.question, o.requesting_physician, o.urgency, o.placed_at
  FROM imaging_order o CROSS JOIN LATERAL (SELECT hub_order_patient(o.site_id, o.patient_id) AS p) n;
GRANT SELECT ON standing_order TO hub_app;

-- stores ------------------------------------------------------------------------------------------------------------
-- What came to a store and went from it: the sum is what lies there. A row a write, so that writers do not wait for each
-- other, and now and then all of them become one.
CREATE TABLE stored_figure (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  is_cold boolean NOT NULL,
  instances bigint NOT NULL,
  bytes bigint NOT NULL
);
INSERT INTO stored_figure (is_cold, instances, bytes)
  SELECT blob_key LIKE 'cold/%', count(*), sum(byte_length) FROM instance GROUP BY 1;

-- Makes one row a store of them. Two at once: the second finds nothing.
CREATE FUNCTION hub_fold_stored() RETURNS void LANGUAGE sql AS $$
  WITH gone AS (
    DELETE FROM stored_figure WHERE (SELECT count(*) FROM stored_figure) > 2 RETURNING is_cold, instances, bytes)
  INSERT INTO stored_figure (is_cold, instances, bytes) SELECT is_cold, sum(instances), sum(bytes) FROM gone GROUP BY is_cold $$;

-- as in 0002, and counted for the store, too: what comes in is written to the hot one
CREATE OR REPLACE FUNCTION hub_count_instances(
  moment timestamptz, by_hub boolean, known study, of_series bigint, instances integer, added_bytes bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stored_figure (is_cold, instances, bytes) VALUES (false, instances, added_bytes);
  UPDATE series SET instance_count = instance_count + instances WHERE id = of_series;
  IF by_hub THEN
    UPDATE study SET instance_count = instance_count + instances, bytes = bytes + added_bytes WHERE id = known.id;
    RETURN;
  END IF;
  UPDATE study SET instance_count = instance_count + instances, bytes = bytes + added_bytes,
      state = 'receiving', last_received_at = moment
    WHERE id = known.id;
  IF known.instance_count = 0 OR known.state = 'complete' THEN
    INSERT INTO outbox (kind, name, payload, run_at)
      SELECT 'job', 'complete-study', jsonb_build_object('studyId', known.id::text), moment + make_interval(secs => o.quiet_seconds)
      FROM site o WHERE o.id = known.site_id;
  ELSIF known.last_received_at >= moment - interval '1 second' THEN
    RETURN;
  END IF;
  INSERT INTO outbox (kind, name, payload, run_at) VALUES ('live', 'change', jsonb_build_object('topic', 'study',
    'siteIds', jsonb_build_array(known.site_id), 'studyInstanceUid', known.study_instance_uid), moment);
END $$;

CREATE FUNCTION hub_count_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stored_figure (is_cold, instances, bytes)
    SELECT blob_key LIKE 'cold/%', -count(*), -sum(byte_length) FROM gone GROUP BY 1;
  RETURN NULL;
END $$;
CREATE TRIGGER instance_is_not_stored AFTER DELETE ON instance REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION hub_count_deleted();

CREATE FUNCTION hub_count_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stored_figure (is_cold, instances, bytes)
    VALUES (OLD.blob_key LIKE 'cold/%', -1, -OLD.byte_length), (NEW.blob_key LIKE 'cold/%', 1, NEW.byte_length);
  RETURN NULL;
END $$;
CREATE TRIGGER instance_is_stored_elsewhere AFTER UPDATE OF blob_key ON instance FOR EACH ROW
  WHEN ((OLD.blob_key LIKE 'cold/%') <> (NEW.blob_key LIKE 'cold/%')) EXECUTE FUNCTION hub_count_moved();

-- rejected after it was read ------------------------------------------------------------------------------------------
-- The report stays as it was signed: whoever reads it, and who signed it, is told.
CREATE FUNCTION hub_tell_of_rejection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH signed AS (
    SELECT id, site_id, centre_site_id, reader_id FROM reading_task
    WHERE study_id = NEW.study_id AND state IN ('final', 'delivered', 'acknowledged')),
  told AS (
    INSERT INTO notice (site_id, role, account_id, kind, task_id)
      SELECT site_id, role, NULL::uuid, 'report-images-rejected', id FROM signed, unnest(ARRAY['gp', 'technician']) AS role
      UNION ALL
      SELECT centre_site_id, 'reader', reader_id, 'report-images-rejected', id FROM signed WHERE reader_id IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING site_id, task_id)
  INSERT INTO outbox (kind, name, payload)
    SELECT 'live', 'change', jsonb_build_object('topic', 'notice', 'siteIds', jsonb_agg(DISTINCT site_id), 'taskId', task_id)
    FROM told GROUP BY task_id;
  RETURN NULL;
END $$;
-- that its time is over says nothing against an image
CREATE TRIGGER rejection_is_told AFTER INSERT ON rejection FOR EACH ROW WHEN (NEW.reason <> 'expired')
  EXECUTE FUNCTION hub_tell_of_rejection();

-- for whoever sees the task; its instance may be hidden with the study's others
CREATE FUNCTION hub_report_pdf(of_task uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  SELECT i.blob_key FROM reading_task t JOIN instance i ON i.sop_instance_uid = t.pdf_sop_instance_uid WHERE t.id = of_task $$;

-- What asks for a reading of a study, and what deletes it, wait for each other here.
CREATE FUNCTION hub_study_lock(study bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT hashtextextended('study', study) $$;

-- due ---------------------------------------------------------------------------------------------------------------
DROP INDEX study_first_received;
CREATE INDEX study_first_received ON study (site_id, first_received_at) WHERE originals_deleted_at IS NULL;

CREATE INDEX deletion_listed ON deletion (listed_at, id) WHERE done_at IS NULL;

-- as in 0013; what no class speaks of counts with what is kept without one
CREATE OR REPLACE FUNCTION hub_retention_years(of_site text, of_modalities text[]) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT greatest(
    (SELECT max(c.years) FROM retention_class c WHERE c.site_id = of_site AND (c.modality = ANY (of_modalities)
      OR (c.modality = '*' AND (of_modalities = '{}' OR EXISTS (SELECT 1 FROM unnest(of_modalities) m
        WHERE NOT EXISTS (SELECT 1 FROM retention_class k WHERE k.site_id = of_site AND k.modality = m)))))),
    CASE WHEN NOT EXISTS (SELECT 1 FROM retention_class c WHERE c.site_id = of_site AND c.modality = '*')
        AND (of_modalities = '{}' OR EXISTS (SELECT 1 FROM unnest(of_modalities) m
          WHERE NOT EXISTS (SELECT 1 FROM retention_class k WHERE k.site_id = of_site AND k.modality = m)))
      THEN CASE WHEN (SELECT kind FROM site WHERE id = of_site) = 'community' THEN 15 ELSE 30 END END) $$;

-- The shortest time for which a site keeps any study: a younger one need not be looked at.
CREATE FUNCTION hub_least_years(of_site text) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT least(min(c.years), CASE WHEN NOT coalesce(bool_or(c.modality = '*'), false) THEN hub_retention_years(of_site, '{}') END)
  FROM retention_class c WHERE c.site_id = of_site $$;
`;
