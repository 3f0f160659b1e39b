// docs: api/reference/service-tokens, "Service token permissions". PlanetScale adds to them without notice.
const ORGANIZATION = `read_organization write_organization read_invoices read_audit_logs read_databases
  create_databases delete_databases read_oauth_applications read_oauth_tokens write_oauth_tokens
  delete_oauth_tokens read_service_tokens write_service_tokens delete_service_tokens write_teams
  read_metrics_endpoints`;
const DATABASE = `read_database write_database delete_database create_branch read_branch delete_branch
  delete_production_branch connect_branch connect_production_branch connect_production_read_only_branch
  create_branch_password create_production_branch_password create_production_read_only_branch_password
  delete_branch_password delete_production_branch_password delete_production_read_only_branch_password
  demote_branches promote_branches create_deploy_request read_deploy_request approve_deploy_request
  review_deploy_request create_comment read_comment read_backups write_backups delete_backups
  delete_production_branch_backups restore_backup restore_production_branch_backup write_branch_vschema
  write_production_branch_vschema`;

const organizationAccesses = new Set(ORGANIZATION.split(/\s+/));
const databaseAccesses = new Set(DATABASE.split(/\s+/));

/** Whether an access of that name can be given for a database, or for the organization. */
export function isAccess(name: string, database: string): boolean {
  return (database === '' ? organizationAccesses : databaseAccesses).has(name);
}

/** `read_branch` on `shop` is `shop/read_branch`; without a database it stands alone. */
export const joinAccess = (database: string, access: string): string =>
  database === '' ? access : `${database}/${access}`;

/** The reverse of {@link joinAccess}; the database is empty for the organization. */
export function splitAccess(joined: string): { database: string; access: string } {
  const at = joined.lastIndexOf('/');
  return { database: joined.slice(0, Math.max(0, at)), access: joined.slice(at + 1) };
}

/** Whether any of a token's accesses is one to that database. */
export function touches(accesses: ReadonlySet<string>, database: string): boolean {
  return [...accesses].some((joined) => splitAccess(joined).database === database);
}
