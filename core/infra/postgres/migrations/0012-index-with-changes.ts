/**
 * As in 0002, with patients that were merged or corrected: what comes in under a former id is filed where it belongs now, and
 * what contradicts is kept for whoever settles it.
 */
export const indexWithChanges = `
CREATE OR REPLACE FUNCTION hub_index_instances(entries jsonb) RETURNS TABLE (n integer, outcome text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  e jsonb; p jsonb; st jsonb; se jsonb; i jsonb;
  moment timestamptz := clock_timestamp();
  other record; v_patient bigint; v_filed bigint; v_own jsonb; v_study study; v_series bigint; v_conflict boolean; v_by_hub boolean;
  -- what the entry before was, and what is not yet counted of its series
  last_patient jsonb; last_series_uid text; last_site text; last_by_hub boolean; v_instances integer := 0; v_bytes bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hub_identity_lock());
  n := -1;
  FOR e IN SELECT * FROM jsonb_array_elements(entries) LOOP
    n := n + 1;
    p := e->'patient'; st := e->'study'; se := e->'series'; i := e->'instance';

    IF v_study.study_instance_uid IS DISTINCT FROM st->>'studyInstanceUid' OR last_series_uid IS DISTINCT FROM se->>'seriesInstanceUid'
        OR last_patient IS DISTINCT FROM p OR last_site IS DISTINCT FROM e->>'siteId'
        OR last_by_hub IS DISTINCT FROM (e->>'via' = 'hub') THEN
      IF v_instances > 0 THEN
        PERFORM hub_count_instances(moment, v_by_hub, v_study, v_series, v_instances, v_bytes);
        v_instances := 0; v_bytes := 0;
      END IF;
      last_series_uid := NULL;
      v_by_hub := e->>'via' = 'hub';
      v_series := NULL;

      SELECT * INTO v_study FROM study s WHERE s.study_instance_uid = st->>'studyInstanceUid' FOR UPDATE;
      IF v_study.id IS NOT NULL AND v_study.site_id <> e->>'siteId' THEN
        v_study := NULL; outcome := 'study-of-another-site'; RETURN NEXT; CONTINUE;
      END IF;
      IF v_study.id IS NOT NULL THEN
        SELECT x.id INTO v_series FROM series x WHERE x.study_id = v_study.id AND x.series_instance_uid = se->>'seriesInstanceUid';
      END IF;
      IF v_study.id IS NULL OR v_series IS NULL THEN
        -- known under another study or series: nothing is made for it
        SELECT x.data_set_sha256, s.site_id INTO other FROM instance x JOIN study s ON s.id = x.study_id
          WHERE x.sop_instance_uid = i->>'sopInstanceUid';
        IF FOUND THEN
          v_study := NULL;
          outcome := CASE WHEN other.site_id <> e->>'siteId' THEN 'study-of-another-site'
            WHEN other.data_set_sha256 = decode(i->>'dataSetSha256', 'hex') THEN 'already-stored' ELSE 'instance-differs' END;
          RETURN NEXT; CONTINUE;
        END IF;
      END IF;

      -- the same id from the same site is the same patient; a header that names her otherwise is a conflict to be looked at
      v_conflict := false;
      v_patient := NULL;
      IF p->>'patientId' <> '' THEN
        SELECT x.id, coalesce(x.merged_into, x.id), x.own, (x.name_alphabetic, x.name_ideographic, x.birth_date, x.sex)
            IS DISTINCT FROM (p->>'alphabetic', p->>'ideographic', p->>'birthDate', p->>'sex')
          INTO v_patient, v_filed, v_own, v_conflict FROM patient x WHERE x.issuer = e->>'siteId' AND x.patient_id = p->>'patientId';
        IF v_patient IS NULL THEN
          -- an id that was corrected since
          SELECT x.id, coalesce(x.merged_into, x.id), x.own, (x.name_alphabetic, x.name_ideographic, x.birth_date, x.sex)
              IS DISTINCT FROM (p->>'alphabetic', p->>'ideographic', p->>'birthDate', p->>'sex')
            INTO v_patient, v_filed, v_own, v_conflict FROM patient x
            WHERE x.own IS NOT NULL AND x.issuer = e->>'siteId' AND x.own->>'patientId' = p->>'patientId';
        END IF;
        -- what she was called before a correction is no news
        IF v_conflict AND v_own IS NOT NULL THEN
          v_conflict := (v_own->>'alphabetic', v_own->>'ideographic', v_own->>'birthDate', v_own->>'sex')
            IS DISTINCT FROM (p->>'alphabetic', p->>'ideographic', p->>'birthDate', p->>'sex');
        END IF;
      END IF;
      IF v_patient IS NULL AND (v_study.id IS NULL OR p->>'patientId' <> '') THEN
        v_conflict := false;
        INSERT INTO patient (issuer, patient_id, name_alphabetic, name_ideographic, name_phonetic, birth_date, sex, search_text)
          VALUES (e->>'siteId', p->>'patientId', p->>'alphabetic', p->>'ideographic', p->>'phonetic', p->>'birthDate', p->>'sex', p->>'searchText')
          RETURNING id INTO v_patient;
        v_filed := v_patient;
      END IF;

      IF v_study.id IS NULL THEN
        INSERT INTO study (study_instance_uid, site_id, patient_id, study_date, study_time, accession_number, dicom_study_id, description,
            referring_physician, patient_name, patient_name_latin, patient_birth_date, patient_sex, patient_age, attributes,
            search_text, identity_conflict, conflict_with, first_received_at, last_received_at)
          VALUES (st->>'studyInstanceUid', e->>'siteId', v_patient, st->>'studyDate', st->>'studyTime', st->>'accessionNumber',
            st->>'studyId', st->>'description', st->>'referringPhysician', p->>'display', p->>'latin', p->>'birthDate', p->>'sex',
            st->>'patientAge', st->'attributes', st->>'searchText', v_conflict, CASE WHEN v_conflict THEN p - 'searchText' END, moment, moment)
          RETURNING * INTO v_study;
        -- asked of the row as it stands now: changes of a patient and this batch wait for each other
        IF EXISTS (SELECT 1 FROM patient x WHERE x.id = v_patient AND x.own IS NOT NULL) THEN
          PERFORM hub_lay_study(v_study.id);
          SELECT * INTO v_study FROM study s WHERE s.id = v_study.id;
        END IF;
        INSERT INTO study_access (study_id, site_id, relation) VALUES (v_study.id, v_study.site_id, 'origin');
        -- who is reading this patient now sees what comes of her meanwhile
        INSERT INTO study_access (study_id, site_id, relation)
          SELECT DISTINCT v_study.id, t.centre_site_id, 'prior' FROM reading_task t JOIN study s ON s.id = t.study_id
          WHERE s.patient_id IN (SELECT hub_same_person(v_study.patient_id))
            AND t.state IN ('ordered', 'ready', 'claimed', 'preliminary');
      ELSIF NOT v_study.identity_conflict AND NOT v_by_hub AND (v_conflict OR (v_patient IS NOT NULL
          AND v_filed <> v_study.patient_id AND v_patient IS DISTINCT FROM (v_study.own->>'patient')::bigint)) THEN
        UPDATE study SET identity_conflict = true, conflict_with = p - 'searchText' WHERE id = v_study.id;
        v_study.identity_conflict := true;
      END IF;

      IF v_series IS NULL THEN
        INSERT INTO series (study_id, series_instance_uid, modality, series_number, description, body_part, attributes)
          VALUES (v_study.id, se->>'seriesInstanceUid', se->>'modality', (se->>'seriesNumber')::integer, se->>'description',
            se->>'bodyPart', se->'attributes') RETURNING id INTO v_series;
        UPDATE study SET
            series_count = series_count + 1,
            modalities = CASE WHEN v_by_hub OR se->>'modality' = ANY (modalities) THEN modalities ELSE modalities || (se->>'modality') END,
            body_parts = CASE WHEN se->>'bodyPart' = '' OR se->>'bodyPart' = ANY (body_parts) THEN body_parts ELSE body_parts || (se->>'bodyPart') END
          WHERE id = v_study.id;
      END IF;
      last_patient := p; last_series_uid := se->>'seriesInstanceUid'; last_site := e->>'siteId'; last_by_hub := v_by_hub;
    END IF;

    INSERT INTO instance (study_id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, instance_number,
        number_of_frames, blob_key, byte_length, data_set_offset, data_set_sha256, blob_sha256, pixel_data_offset, attributes,
        received_at, received_from, received_via)
      VALUES (v_study.id, v_series, i->>'sopInstanceUid', i->>'sopClassUid', i->>'transferSyntaxUid',
        (i->>'instanceNumber')::integer, (i->>'numberOfFrames')::integer, i->>'blobKey', (i->>'byteLength')::bigint,
        (i->>'dataSetOffset')::integer, decode(i->>'dataSetSha256', 'hex'), decode(i->>'blobSha256', 'hex'),
        (i->>'pixelDataOffset')::bigint, i->'attributes', moment, e->>'sender', e->>'via')
      ON CONFLICT (sop_instance_uid) DO NOTHING;
    IF FOUND THEN
      v_instances := v_instances + 1;
      v_bytes := v_bytes + (i->>'byteLength')::bigint;
      outcome := 'stored';
    ELSE
      SELECT CASE WHEN s.site_id <> e->>'siteId' THEN 'study-of-another-site'
          WHEN x.data_set_sha256 = decode(i->>'dataSetSha256', 'hex') THEN 'already-stored' ELSE 'instance-differs' END
        INTO outcome FROM instance x JOIN study s ON s.id = x.study_id WHERE x.sop_instance_uid = i->>'sopInstanceUid';
    END IF;
    RETURN NEXT;
  END LOOP;
  IF v_instances > 0 THEN PERFORM hub_count_instances(moment, v_by_hub, v_study, v_series, v_instances, v_bytes); END IF;
END $$;
`;
