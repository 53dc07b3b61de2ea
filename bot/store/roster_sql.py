"""The merge of a staged roster, in words that both databases understand.

`:at` is the time of the import in microseconds.
"""

KNOWN = (
    """UPDATE staged_people SET role = CASE
        WHEN EXISTS (SELECT 1 FROM students s WHERE s.sourced_id = staged_people.id) THEN 'student'
        WHEN EXISTS (SELECT 1 FROM contacts c WHERE c.sourced_id = staged_people.id) THEN 'parent'
        ELSE role END
        WHERE role = ''""",
    """INSERT INTO staged_people (id, active, role, first_name, last_name, preferred_first_name,
            preferred_last_name, school)
        SELECT sourced_id, active, 'student', first_name, last_name, preferred_first_name,
            preferred_last_name, school
        FROM students WHERE sourced_id IN (SELECT agent FROM staged_links
            UNION SELECT student FROM staged_side UNION SELECT id FROM staged_births)
        ON CONFLICT DO NOTHING""",
    """INSERT INTO staged_people (id, active, role, first_name, last_name, email, email_key)
        SELECT sourced_id, active, 'parent', first_name, last_name, email, email_key
        FROM contacts WHERE active AND (
            sourced_id IN (SELECT agent FROM staged_links UNION SELECT contact FROM staged_side)
            OR email_key IN (SELECT email_key FROM staged_people))
        ON CONFLICT DO NOTHING""",
)
"""Brings to a delta whom it speaks of and does not name anew."""

PREPARE = (
    # 1.2 says roles apart from users; a student anywhere is a student.
    """UPDATE staged_people SET role = COALESCE(
        (SELECT MAX(r.role) FROM staged_roles r WHERE r.person = staged_people.id AND r.role = 'student'),
        (SELECT MIN(r.role) FROM staged_roles r WHERE r.person = staged_people.id), role)""",
    """UPDATE staged_people SET school = COALESCE(NULLIF(school, ''),
        (SELECT MIN(r.school) FROM staged_roles r WHERE r.person = staged_people.id))
        WHERE role = 'student'""",
    """INSERT INTO staged_bonds (student, contact, relationship)
        SELECT student, contact, COALESCE(NULLIF(relationship, ''), 'contact') FROM staged_side
        WHERE true ON CONFLICT DO NOTHING""",
    """INSERT INTO staged_bonds (student, contact, relationship)
        SELECT l.person, l.agent, a.role FROM staged_links l
        JOIN staged_people p ON p.id = l.person JOIN staged_people a ON a.id = l.agent
        WHERE p.role = 'student' AND a.role <> 'student' ON CONFLICT DO NOTHING""",
    """INSERT INTO staged_bonds (student, contact, relationship)
        SELECT l.agent, l.person, p.role FROM staged_links l
        JOIN staged_people p ON p.id = l.person JOIN staged_people a ON a.id = l.agent
        WHERE p.role <> 'student' AND a.role = 'student' ON CONFLICT DO NOTHING""",
    """INSERT INTO staged_contacts (id)
        SELECT p.id FROM staged_people p WHERE p.role <> 'student' AND (
            p.role IN ('parent', 'guardian', 'relative', 'mother', 'father')
            OR EXISTS (SELECT 1 FROM staged_bonds b WHERE b.contact = p.id))""",
)
"""Settles roles and links once everything is staged."""

COUNTS = {
    "students": "SELECT COUNT(*) FROM staged_people WHERE role = 'student'",
    "contacts": """SELECT COUNT(*) FROM staged_contacts s JOIN staged_people p ON p.id = s.id
        WHERE p.active""",
    "contacts_before": "SELECT COUNT(*) FROM contacts WHERE active",
    "changed_addresses": """SELECT COUNT(*) FROM contacts c JOIN staged_people p ON p.id = c.sourced_id
        WHERE c.active AND p.active AND COALESCE(c.email_key, '') <> COALESCE(p.email_key, '')""",
    "removed_contacts": """SELECT COUNT(*) FROM contacts c WHERE c.active AND NOT EXISTS
        (SELECT 1 FROM staged_people p WHERE p.id = c.sourced_id AND p.active)""",
    "told_to_go": """SELECT COUNT(*) FROM contacts c JOIN staged_people p ON p.id = c.sourced_id
        WHERE c.active AND NOT p.active""",
    "crowded_addresses": """SELECT COUNT(*) FROM (
        SELECT p.email_key FROM staged_contacts s JOIN staged_people p ON p.id = s.id
        WHERE p.active AND p.email_key IS NOT NULL
        GROUP BY p.email_key HAVING COUNT(*) > 2) crowded""",
    "parents_at_student_domain": """SELECT COUNT(*) FROM staged_contacts s
        JOIN staged_people p ON p.id = s.id WHERE p.active AND p.domain IN (
        SELECT domain FROM staged_people WHERE role = 'student' AND domain IS NOT NULL
        GROUP BY domain HAVING COUNT(*) * 2 >
        (SELECT COUNT(*) FROM staged_people WHERE role = 'student' AND domain IS NOT NULL))""",
    "one_sided_links": """SELECT COUNT(*) FROM staged_links l
        WHERE NOT EXISTS (SELECT 1 FROM staged_links m WHERE m.person = l.agent AND m.agent = l.person)
        AND EXISTS (SELECT 1 FROM staged_links m WHERE m.person = l.agent)""",
    "links_to_nobody": """SELECT COUNT(*) FROM (
        SELECT agent AS id FROM staged_links UNION ALL SELECT student FROM staged_side
        UNION ALL SELECT contact FROM staged_side) named
        WHERE NOT EXISTS (SELECT 1 FROM staged_people p WHERE p.id = named.id)""",
}
"""The figures of ports.RosterComparison, by name."""

RETIRE = (
    """UPDATE students SET active = false WHERE active AND NOT EXISTS
        (SELECT 1 FROM staged_people p
         WHERE p.id = students.sourced_id AND p.active AND p.role = 'student')""",
    """UPDATE contacts SET active = false WHERE active AND NOT EXISTS
        (SELECT 1 FROM staged_people p WHERE p.id = contacts.sourced_id AND p.active)""",
    # Those that are links only come in again, without access.
    """DELETE FROM guardianships WHERE NOT EXISTS (SELECT 1 FROM staged_side side
        WHERE side.student = guardianships.student AND side.contact = guardianships.contact)""",
    "DELETE FROM invitations",
)
"""What a bulk roster no longer names."""

MERGE = (
    """INSERT INTO schools (sourced_id, name) SELECT id, name FROM staged_schools WHERE true
        ON CONFLICT (sourced_id) DO UPDATE SET name = excluded.name""",
    """INSERT INTO students (sourced_id, first_name, preferred_first_name, last_name, preferred_last_name,
            birth_date, school, active)
        SELECT p.id, p.first_name, p.preferred_first_name, p.last_name, p.preferred_last_name, b.day,
            p.school, p.active
        FROM staged_people p LEFT JOIN staged_births b ON b.id = p.id WHERE p.role = 'student'
        ON CONFLICT (sourced_id) DO UPDATE SET first_name = excluded.first_name,
            preferred_first_name = excluded.preferred_first_name, last_name = excluded.last_name,
            preferred_last_name = excluded.preferred_last_name,
            birth_date = COALESCE(excluded.birth_date, students.birth_date),
            school = COALESCE(NULLIF(excluded.school, ''), students.school), active = excluded.active""",
    """INSERT INTO contacts (sourced_id, first_name, last_name, email, email_key, email_version, active,
            language)
        SELECT p.id, p.first_name, p.last_name, p.email, p.email_key, 1, p.active,
            (SELECT MIN(side.language) FROM staged_side side WHERE side.contact = p.id)
        FROM staged_contacts s JOIN staged_people p ON p.id = s.id WHERE true
        ON CONFLICT (sourced_id) DO UPDATE SET first_name = excluded.first_name,
            last_name = excluded.last_name, email = excluded.email, email_key = excluded.email_key,
            active = excluded.active, language = COALESCE(excluded.language, contacts.language),
            email_version = contacts.email_version + CASE
                WHEN COALESCE(contacts.email_key, '') <> COALESCE(excluded.email_key, '') THEN 1 ELSE 0 END,
            email_changed_at = CASE
                WHEN COALESCE(contacts.email_key, '') <> COALESCE(excluded.email_key, '') THEN :at
                ELSE contacts.email_changed_at END""",
    """INSERT INTO guardianships (student, contact, relationship, portal_access, restriction, account_state)
        SELECT b.student, b.contact, b.relationship, side.portal_access, side.restriction, side.account_state
        FROM staged_bonds b
        JOIN staged_side side ON side.student = b.student AND side.contact = b.contact WHERE true
        ON CONFLICT (student, contact) DO UPDATE SET relationship = excluded.relationship,
            portal_access = excluded.portal_access, restriction = excluded.restriction,
            account_state = excluded.account_state""",
    # A delta without a side file says nothing of access and restrictions on file.
    """INSERT INTO guardianships (student, contact, relationship, portal_access, account_state)
        SELECT student, contact, relationship, false, 'none' FROM staged_bonds WHERE true
        ON CONFLICT DO NOTHING""",
    """INSERT INTO invitations (student, contact, sealed_code, url, expires_at)
        SELECT student, contact, sealed_code, url, expires_at FROM staged_side WHERE sealed_code IS NOT NULL
        ON CONFLICT (student, contact) DO UPDATE SET sealed_code = excluded.sealed_code,
            url = excluded.url, expires_at = excluded.expires_at""",
)
"""What the roster names, added or brought up to date."""
