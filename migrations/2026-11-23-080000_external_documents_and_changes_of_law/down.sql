DROP TABLE law_task_acts;
DROP TABLE law_tasks;
DROP TABLE law_changes;
DROP TABLE external_documents;
