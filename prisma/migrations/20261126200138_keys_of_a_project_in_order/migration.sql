-- Every list of a project's keys says the organization as well. Where both were looked up in indexes of their own, PostgreSQL
-- expected next to nothing of the two together, and read all keys of the organization to find and sort those of the project.
CREATE INDEX "api_key_project_id_organization_id_id_idx" ON "api_key"("project_id", "organization_id", "id");

DROP INDEX "api_key_project_id_id_idx";
