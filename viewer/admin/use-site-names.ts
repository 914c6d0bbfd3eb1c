import { useDeskQuery } from "../desk/use-desk-query.ts";
import { useText } from "../i18n/use-text.ts";
import { siteName } from "../reading/site-name.ts";

/** A site by its code, in the language of the moment; the code itself until the names are known. */
export function useSiteNames(): (siteId: string) => string {
  const { language } = useText();
  const sites = useDeskQuery("district", "listSites", {});
  return (siteId) => {
    const site = sites.data?.sites.find((one) => one.id === siteId);
    return site === undefined ? siteId : siteName(site, language);
  };
}
