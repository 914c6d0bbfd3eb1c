/**
 * A study whose rows were made again from its objects: nobody is to be asked, told or sent anything because of it.
 */
export const reindexedStudiesMigration = `
ALTER TABLE study ADD COLUMN is_reindexed boolean NOT NULL DEFAULT false;
`;
