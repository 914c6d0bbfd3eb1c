/**
 * The short way into the index: what comes after the first instances of a series, while nothing that they were filed by has
 * changed. `arrival_key` says by what the series was last filed the long way (`hub_index_instances`); whatever could make the
 * long way decide otherwise takes it away.
 */
export const knownSeriesMigration = `
-- As it was, by the moment of the last instance, no update of a study was a HOT one: each instance wrote all of its indexes.
DROP INDEX study_receiving;
CREATE INDEX study_receiving ON study (id) WHERE state = 'receiving';

ALTER TABLE series ADD COLUMN arrival_key text;

-- after the long way, in the same transaction: the series, when what comes next may go the short way
CREATE FUNCTION hub_know_series(of_study text, of_series text, of_site text, filed_by text) RETURNS bigint LANGUAGE sql AS $$
  UPDATE series x SET arrival_key = filed_by FROM study s
  WHERE s.study_instance_uid = of_study AND s.site_id = of_site AND s.originals_deleted_at IS NULL
    AND x.study_id = s.id AND x.series_instance_uid = of_series
    AND NOT EXISTS (SELECT 1 FROM rejection r WHERE r.study_id = s.id)
  RETURNING x.id;
$$;

-- All of them, or none: false when the series is to be filed the long way, or one of them is here already.
CREATE FUNCTION hub_index_more(of_series bigint, filed_by text, by_hub boolean, from_sender text, from_via text, arrived jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE moment timestamptz := clock_timestamp(); v_study study; v_count integer; v_bytes bigint;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hub_identity_lock());
  SELECT s.* INTO v_study FROM study s WHERE s.id = (SELECT x.study_id FROM series x WHERE x.id = of_series) FOR UPDATE;
  -- looked at once the study is ours: whoever takes the key away holds the study or the lock of identities
  PERFORM 1 FROM series x WHERE x.id = of_series AND x.arrival_key = filed_by;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO instance (study_id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, instance_number,
      number_of_frames, blob_key, byte_length, data_set_offset, data_set_sha256, blob_sha256, pixel_data_offset, attributes,
      received_at, received_from, received_via)
    SELECT v_study.id, of_series, i."sopInstanceUid", i."sopClassUid", i."transferSyntaxUid", i."instanceNumber",
      i."numberOfFrames", i."blobKey", i."byteLength", i."dataSetOffset", decode(i."dataSetSha256", 'hex'),
      decode(i."blobSha256", 'hex'), i."pixelDataOffset", i.attributes, moment, from_sender, from_via
    FROM jsonb_to_recordset(arrived) AS i ("sopInstanceUid" text, "sopClassUid" text, "transferSyntaxUid" text,
      "instanceNumber" integer, "numberOfFrames" integer, "blobKey" text, "byteLength" bigint, "dataSetOffset" integer,
      "dataSetSha256" text, "blobSha256" text, "pixelDataOffset" bigint, attributes jsonb)
    ON CONFLICT (sop_instance_uid) DO NOTHING;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count <> jsonb_array_length(arrived) THEN RETURN false; END IF;
  SELECT sum((i->>'byteLength')::bigint) INTO v_bytes FROM jsonb_array_elements(arrived) AS i;
  PERFORM hub_count_instances(moment, by_hub, v_study, of_series, v_count, v_bytes);
  RETURN true;
END $$;

CREATE FUNCTION hub_forget_series_of_study() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wanted bigint;
BEGIN
  IF TG_TABLE_NAME = 'study' THEN wanted := NEW.id; ELSE wanted := NEW.study_id; END IF;
  UPDATE series SET arrival_key = NULL WHERE study_id = wanted AND arrival_key IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER study_is_filed_anew AFTER UPDATE OF site_id, patient_id, own, identity_conflict, originals_deleted_at ON study
  FOR EACH ROW EXECUTE FUNCTION hub_forget_series_of_study();
CREATE TRIGGER study_has_notes AFTER INSERT ON rejection FOR EACH ROW EXECUTE FUNCTION hub_forget_series_of_study();

-- a patient of the same id, or one who had it once, is looked up by what comes next
CREATE FUNCTION hub_forget_series_of_patient() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE series SET arrival_key = NULL WHERE arrival_key IS NOT NULL AND study_id IN (
    SELECT s.id FROM study s WHERE s.patient_id IN (
        SELECT NEW.id
        UNION ALL SELECT NEW.merged_into
        UNION ALL SELECT x.id FROM patient x WHERE x.own IS NOT NULL AND x.issuer = NEW.issuer AND x.own->>'patientId' = NEW.patient_id)
    UNION ALL SELECT s.id FROM study s WHERE s.own IS NOT NULL AND (s.own->>'patient')::bigint = NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER patient_is_known_anew
  AFTER INSERT OR UPDATE OF issuer, patient_id, name_alphabetic, name_ideographic, birth_date, sex, own, merged_into ON patient
  FOR EACH ROW EXECUTE FUNCTION hub_forget_series_of_patient();
`;
