/**
 * Single values of what the index keeps of studies and series are found by it, sequences included. Nothing of a row changes
 * after it is made but its counts, so an instance that is added costs nothing here.
 */
export const keptAttributesMigration = `
CREATE INDEX study_attributes ON study USING gin (attributes jsonb_path_ops);
CREATE INDEX series_attributes ON series USING gin (attributes jsonb_path_ops);
`;
