<?php

namespace MailConnector\Crm;

/** Comments on records: the CRM's module ModComments. */
trait Comments
{
    public function commentable(): array
    {
        global $table_prefix;
        if (!$this->may('ModComments')) {
            return [];
        }
        $query = "SELECT DISTINCT r.relmodule FROM {$table_prefix}_fieldmodulerel r INNER JOIN {$table_prefix}_field f ON f.fieldid = r.fieldid"
            . " INNER JOIN {$table_prefix}_tab t ON t.tabid = f.tabid WHERE t.name = ? AND f.fieldname = 'related_to'";
        $modules = array_column($this->rows($query, ['ModComments']), 'relmodule');
        $shown = static fn (string $module): bool => vtlib_isModuleActive($module) && isPermitted($module, 'index') === 'yes';
        return array_values(array_filter(array_map('strval', $modules), $shown));
    }

    public function comments(array $numbers): array
    {
        global $table_prefix;
        if ($numbers === []) {
            return [];
        }
        $marks = implode(', ', array_fill(0, count($numbers), '?'));
        $query = "SELECT m.modcommentsid, m.related_to, m.commentcontent FROM {$table_prefix}_modcomments m"
            . " INNER JOIN {$table_prefix}_crmentity e ON e.crmid = m.modcommentsid AND e.deleted = 0 WHERE m.modcommentsid IN ($marks)";
        return array_map(static fn (array $row): array => [
            'number' => (int) $row['modcommentsid'],
            'record' => (int) $row['related_to'],
            'text' => (string) $row['commentcontent'],
        ], $this->rows($query, array_values($numbers)));
    }

    public function comment(int $record, string $text): int
    {
        $focus = \CRMEntity::getInstance('ModComments');
        $values = ['commentcontent' => $text, 'related_to' => $record, 'visibility_comm' => 'All', 'assigned_user_id' => $this->user];
        foreach ($values as $field => $value) {
            $focus->column_fields[$field] = $value;
        }
        $this->save($focus, 'ModComments');
        return (int) $focus->id;
    }

    public function removeComment(int $number): void
    {
        \CRMEntity::getInstance('ModComments')->trash('ModComments', $number);
        $this->checkGone('ModComments', $number);
        $this->audit('delete', 'ModComments', $number);
    }
}
