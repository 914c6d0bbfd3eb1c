/** Devices and systems that want to be told when a study of their site is complete and can be had. */
export const availabilityMigration = `
ALTER TABLE application_entity ADD COLUMN is_told_availability boolean NOT NULL DEFAULT false;
`;
