/** The two rooms, each in its own file of the bundle: fetched once, whoever asks first. */
export const loadCtRoom = async () => ({ default: (await import("../ct/ct-reading-room.tsx")).CtReadingRoom });
export const loadEcgRoom = async () => ({ default: (await import("../ecg/ecg-reading-room.tsx")).EcgReadingRoom });
