"""Families by year, questionnaires and responses"""

import sqlalchemy as sa
from alembic import op

revision = 'questionnaires'
down_revision = 'conflicts'


#: What counted as income before there was a choice.
TRANSFERS = (
    '["family_planning_grant", "dibao_income", "wubao_income", "pension_income", "eco_compensation", "other_transfer"]'
)


def upgrade():
    op.add_column('campaign', sa.Column('income_parts', sa.JSON(), nullable=False, server_default=TRANSFERS))
    op.create_table('comparison_title',
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('shown', sa.String(length=80), nullable=False),
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('title', name=op.f('pk_comparison_title'))
    )
    op.create_table('form',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("subject IN ('household', 'community', 'group', 'case')", name=op.f('ck_form_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form')),
    sa.UniqueConstraint('uuid', name=op.f('uq_form_uuid'))
    )
    op.create_table('app_user',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_app_user_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_app_user')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_app_user_token_hash'))
    )
    op.create_index(op.f('ix_app_user_account_id'), 'app_user', ['account_id'], unique=False)
    op.create_table('form_version',
    sa.Column('form_id', sa.String(length=60), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('xml', sa.Text(), nullable=False),
    sa.Column('xml_md5', sa.String(length=32), nullable=False),
    sa.Column('attachments', sa.JSON(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('source', sa.LargeBinary(), nullable=False),
    sa.Column('source_name', sa.String(length=120), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'published', 'closed')", name=op.f('ck_form_version_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_form_version_account_id_account')),
    sa.ForeignKeyConstraint(['form_id'], ['form.id'], name=op.f('fk_form_version_form_id_form')),
    sa.ForeignKeyConstraint(['year'], ['campaign.year'], name=op.f('fk_form_version_year_campaign')),
    sa.PrimaryKeyConstraint('form_id', 'version', name=op.f('pk_form_version'))
    )
    op.create_table('helper_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('helper_name', sa.String(length=30), nullable=True),
    sa.Column('sex', sa.String(length=4), nullable=True),
    sa.Column('id_no_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id_no_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('id_no_index', sa.String(length=64), nullable=True),
    sa.Column('political', sa.String(length=4), nullable=True),
    sa.Column('education', sa.String(length=4), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('phone_index', sa.String(length=64), nullable=True),
    sa.Column('org_name', sa.String(length=60), nullable=True),
    sa.Column('org_address', sa.String(length=100), nullable=True),
    sa.Column('org_level', sa.String(length=4), nullable=True),
    sa.Column('duty_level', sa.String(length=4), nullable=True),
    sa.Column('skill', sa.String(length=4), nullable=True),
    sa.Column('is_village_team', sa.Boolean(), nullable=True),
    sa.Column('start_on', sa.Date(), nullable=True),
    sa.Column('end_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_helper_link_household_id_household')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_helper_link'))
    )
    op.create_index('ix_helper_link_household_year', 'helper_link', ['household_id', 'year'], unique=False)
    op.create_index(op.f('ix_helper_link_id_no_index'), 'helper_link', ['id_no_index'], unique=False)
    op.create_index(op.f('ix_helper_link_phone_index'), 'helper_link', ['phone_index'], unique=False)
    op.create_table('household_year',
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=True),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('bank_name', sa.String(length=60), nullable=True),
    sa.Column('bank_account_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('bank_account_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('bank_account_index', sa.String(length=64), nullable=True),
    sa.Column('id_standard', sa.String(length=4), nullable=True),
    sa.Column('identified_year', sa.Integer(), nullable=True),
    sa.Column('household_attribute', sa.String(length=4), nullable=True),
    sa.Column('exit_status', sa.String(length=4), nullable=True),
    sa.Column('planned_exit_year', sa.Integer(), nullable=True),
    sa.Column('exit_year', sa.Integer(), nullable=True),
    sa.Column('relapse_year', sa.Integer(), nullable=True),
    sa.Column('relapse_cause', sa.String(length=4), nullable=True),
    sa.Column('main_cause', sa.String(length=4), nullable=True),
    sa.Column('other_causes', sa.String(length=20), nullable=True),
    sa.Column('is_martyr_family', sa.Boolean(), nullable=True),
    sa.Column('is_only_child', sa.Boolean(), nullable=True),
    sa.Column('is_two_daughters', sa.Boolean(), nullable=True),
    sa.Column('member_count', sa.Integer(), nullable=True),
    sa.Column('collected_on', sa.Date(), nullable=True),
    sa.Column('wage_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('business_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('business_expense', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('property_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('asset_dividend', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('other_property', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('transfer_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('family_planning_grant', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('dibao_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('wubao_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('pension_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('eco_compensation', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('other_transfer', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('gross_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('net_income', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('per_capita_net', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('medical_out_of_pocket', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.Column('income_verify_note', sa.String(length=500), nullable=True),
    sa.Column('farmland_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('irrigated_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('forest_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('reforested_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('orchard_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('pasture_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('water_mu', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('has_production_power', sa.Boolean(), nullable=True),
    sa.Column('has_power', sa.Boolean(), nullable=True),
    sa.Column('has_tv', sa.Boolean(), nullable=True),
    sa.Column('water_difficult', sa.Boolean(), nullable=True),
    sa.Column('water_safe_legacy', sa.Boolean(), nullable=True),
    sa.Column('water_safe', sa.Boolean(), nullable=True),
    sa.Column('has_tap_water', sa.Boolean(), nullable=True),
    sa.Column('water_distance_m', sa.Integer(), nullable=True),
    sa.Column('has_toilet', sa.Boolean(), nullable=True),
    sa.Column('fuel_type', sa.String(length=4), nullable=True),
    sa.Column('fuel_name', sa.String(length=20), nullable=True),
    sa.Column('road_distance_km', sa.Numeric(precision=5, scale=2, asdecimal=False), nullable=True),
    sa.Column('road_type', sa.String(length=4), nullable=True),
    sa.Column('house_area_m2', sa.Numeric(precision=7, scale=2, asdecimal=False), nullable=True),
    sa.Column('house_structure', sa.String(length=4), nullable=True),
    sa.Column('is_dangerous_house', sa.Boolean(), nullable=True),
    sa.Column('house_grade', sa.String(length=4), nullable=True),
    sa.Column('renovated_year', sa.Integer(), nullable=True),
    sa.Column('moved_in', sa.Boolean(), nullable=True),
    sa.Column('in_coop', sa.Boolean(), nullable=True),
    sa.Column('led_by_company', sa.Boolean(), nullable=True),
    sa.Column('led_by_leader', sa.Boolean(), nullable=True),
    sa.Column('is_relocated', sa.Boolean(), nullable=True),
    sa.Column('relocation_mode', sa.String(length=4), nullable=True),
    sa.Column('resettle_mode', sa.String(length=4), nullable=True),
    sa.Column('resettle_place', sa.String(length=4), nullable=True),
    sa.Column('relocation_difficulty', sa.String(length=4), nullable=True),
    sa.Column('resettle_address', sa.String(length=100), nullable=True),
    sa.Column('moved_in_on', sa.Date(), nullable=True),
    sa.Column('old_house_removed', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_household_year_household_id_household')),
    sa.PrimaryKeyConstraint('household_id', 'year', name=op.f('pk_household_year'))
    )
    op.create_index(op.f('ix_household_year_bank_account_index'), 'household_year', ['bank_account_index'], unique=False)
    op.create_table('member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_no', sa.String(length=20), nullable=True),
    sa.Column('name', sa.String(length=30), nullable=True),
    sa.Column('sex', sa.String(length=4), nullable=True),
    sa.Column('id_type', sa.String(length=4), nullable=True),
    sa.Column('id_no_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id_no_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('id_no_index', sa.String(length=64), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('relation', sa.String(length=4), nullable=True),
    sa.Column('ethnic', sa.String(length=4), nullable=True),
    sa.Column('member_status', sa.String(length=4), nullable=True),
    sa.Column('add_reason', sa.String(length=4), nullable=True),
    sa.Column('reduce_reason', sa.String(length=4), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_member_household_id_household')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member'))
    )
    op.create_index(op.f('ix_member_household_id'), 'member', ['household_id'], unique=False)
    op.create_index(op.f('ix_member_id_no_index'), 'member', ['id_no_index'], unique=False)
    op.create_table('response',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('root_id', sa.Uuid(), nullable=False),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('newest', sa.Boolean(), nullable=False),
    sa.Column('form_id', sa.String(length=60), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=True),
    sa.Column('area_code', sa.String(length=14), nullable=False),
    sa.Column('xml_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('xml_sha256', sa.String(length=64), nullable=False),
    sa.Column('base_rev', sa.Integer(), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=True),
    sa.Column('problems', sa.JSON(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('source', sa.String(length=6), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=True),
    sa.Column('app_user_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("source IN ('phone', 'odk', 'desk')", name=op.f('ck_response_source')),
    sa.CheckConstraint("state IN ('received', 'accepted', 'returned')", name=op.f('ck_response_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_response_account_id_account')),
    sa.ForeignKeyConstraint(['app_user_id'], ['app_user.id'], name=op.f('fk_response_app_user_id_app_user')),
    sa.ForeignKeyConstraint(['area_code'], ['area.code'], name=op.f('fk_response_area_code_area')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_response_device_id_device')),
    sa.ForeignKeyConstraint(['form_id', 'version'], ['form_version.form_id', 'form_version.version'], name=op.f('fk_response_form_id_form_version')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_response_household_id_household')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response'))
    )
    op.create_index(op.f('ix_response_account_id'), 'response', ['account_id'], unique=False)
    op.create_index(op.f('ix_response_area_code'), 'response', ['area_code'], unique=False)
    op.create_index('ix_response_form', 'response', ['form_id', 'received_at', 'id'], unique=False)
    op.create_index(op.f('ix_response_household_id'), 'response', ['household_id'], unique=False)
    op.create_index('ix_response_queue', 'response', ['state', 'received_at', 'id'], unique=False)
    op.create_index(op.f('ix_response_replaces_id'), 'response', ['replaces_id'], unique=False)
    op.create_index('ix_response_unchecked', 'response', ['received_at'], unique=False, postgresql_where=sa.text("state = 'received' AND problems IS NULL"), sqlite_where=sa.text("state = 'received' AND problems IS NULL"))
    op.create_index(op.f('ix_response_root_id'), 'response', ['root_id'], unique=False)
    op.create_table('measure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('member_id', sa.Uuid(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('measure_type', sa.String(length=4), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=True),
    sa.Column('fund_source', sa.String(length=60), nullable=True),
    sa.Column('amount', sa.Numeric(precision=12, scale=2, asdecimal=False), nullable=True),
    sa.Column('start_on', sa.Date(), nullable=True),
    sa.Column('end_on', sa.Date(), nullable=True),
    sa.Column('provider', sa.String(length=60), nullable=True),
    sa.Column('effect', sa.String(length=4), nullable=True),
    sa.Column('income_gain', sa.Numeric(precision=10, scale=2, asdecimal=False), nullable=True),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_measure_household_id_household')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_measure_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure'))
    )
    op.create_index('ix_measure_household_year', 'measure', ['household_id', 'year'], unique=False)
    op.create_table('member_year',
    sa.Column('member_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('political', sa.String(length=4), nullable=True),
    sa.Column('education', sa.String(length=4), nullable=True),
    sa.Column('student_status', sa.String(length=4), nullable=True),
    sa.Column('dropout_reason', sa.String(length=4), nullable=True),
    sa.Column('school_name', sa.String(length=60), nullable=True),
    sa.Column('health', sa.String(length=20), nullable=True),
    sa.Column('disability_cert_no_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('disability_cert_no_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('disability_cert_no_index', sa.String(length=64), nullable=True),
    sa.Column('disease_name', sa.String(length=60), nullable=True),
    sa.Column('disease_level', sa.Integer(), nullable=True),
    sa.Column('labour_skill', sa.String(length=4), nullable=True),
    sa.Column('work_status', sa.String(length=4), nullable=True),
    sa.Column('work_place', sa.String(length=100), nullable=True),
    sa.Column('work_months', sa.Integer(), nullable=True),
    sa.Column('employer', sa.String(length=60), nullable=True),
    sa.Column('public_post', sa.String(length=30), nullable=True),
    sa.Column('is_military', sa.Boolean(), nullable=True),
    sa.Column('speaks_mandarin', sa.Boolean(), nullable=True),
    sa.Column('has_medical_ins', sa.Boolean(), nullable=True),
    sa.Column('has_employee_medical', sa.Boolean(), nullable=True),
    sa.Column('has_serious_illness_ins', sa.Boolean(), nullable=True),
    sa.Column('has_commercial_medical', sa.Boolean(), nullable=True),
    sa.Column('has_family_doctor', sa.Boolean(), nullable=True),
    sa.Column('has_pension_ins', sa.Boolean(), nullable=True),
    sa.Column('has_employee_pension', sa.Boolean(), nullable=True),
    sa.Column('on_dibao', sa.Boolean(), nullable=True),
    sa.Column('on_wubao', sa.Boolean(), nullable=True),
    sa.Column('accident_ins_subsidy', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_member_year_member_id_member')),
    sa.PrimaryKeyConstraint('member_id', 'year', name=op.f('pk_member_year'))
    )
    op.create_index(op.f('ix_member_year_disability_cert_no_index'), 'member_year', ['disability_cert_no_index'], unique=False)
    op.create_table('response_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('received', 'replaced', 'accepted', 'returned', 'reopened', 'comment')", name=op.f('ck_response_event_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_response_event_account_id_account')),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_response_event_response_id_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response_event'))
    )
    op.create_index(op.f('ix_response_event_response_id'), 'response_event', ['response_id'], unique=False)
    op.create_table('response_file',
    sa.Column('response_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('bytes', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_response_file_response_id_response')),
    sa.PrimaryKeyConstraint('response_id', 'name', name=op.f('pk_response_file'))
    )
    op.create_index(op.f('ix_response_file_sha256'), 'response_file', ['sha256'], unique=False)
    op.create_table('area_year',
    sa.Column('area_code', sa.String(length=14), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('response_id', sa.Uuid(), nullable=True),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('households_total', sa.Integer(), nullable=True),
    sa.Column('poor_households', sa.Integer(), nullable=True),
    sa.Column('dibao_households', sa.Integer(), nullable=True),
    sa.Column('disabled_households', sa.Integer(), nullable=True),
    sa.Column('labour_persons', sa.Integer(), nullable=True),
    sa.Column('population_total', sa.Integer(), nullable=True),
    sa.Column('poor_population', sa.Integer(), nullable=True),
    sa.Column('dibao_population', sa.Integer(), nullable=True),
    sa.Column('wubao_households', sa.Integer(), nullable=True),
    sa.Column('wubao_population', sa.Integer(), nullable=True),
    sa.Column('minority_population', sa.Integer(), nullable=True),
    sa.Column('female_population', sa.Integer(), nullable=True),
    sa.Column('disabled_population', sa.Integer(), nullable=True),
    sa.Column('migrant_workers', sa.Integer(), nullable=True),
    sa.Column('distance_to_village_km', sa.Numeric(precision=5, scale=2, asdecimal=False), nullable=True),
    sa.Column('paved_to_village', sa.Boolean(), nullable=True),
    sa.Column('production_power', sa.Boolean(), nullable=True),
    sa.Column('power', sa.Boolean(), nullable=True),
    sa.Column('broadband', sa.Boolean(), nullable=True),
    sa.Column('leader_name', sa.String(length=30), nullable=True),
    sa.Column('leader_phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('leader_phone_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('leader_phone_index', sa.String(length=64), nullable=True),
    sa.Column('leader', sa.String(length=100), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_masked', sa.String(length=24), server_default='', nullable=True),
    sa.Column('phone_index', sa.String(length=64), nullable=True),
    sa.Column('leader_post', sa.String(length=100), nullable=True),
    sa.Column('party_members', sa.Integer(), nullable=True),
    sa.Column('village_officials', sa.Integer(), nullable=True),
    sa.Column('development_direction', sa.String(length=100), nullable=True),
    sa.Column('terrain', sa.String(length=100), nullable=True),
    sa.Column('village_kind', sa.String(length=100), nullable=True),
    sa.Column('planned_exit_year', sa.Integer(), nullable=True),
    sa.Column('group_count', sa.Integer(), nullable=True),
    sa.Column('ordinary_poor_households', sa.Integer(), nullable=True),
    sa.Column('ordinary_poor_population', sa.Integer(), nullable=True),
    sa.Column('dibao_poor_households', sa.Integer(), nullable=True),
    sa.Column('dibao_poor_population', sa.Integer(), nullable=True),
    sa.Column('wubao_poor_households', sa.Integer(), nullable=True),
    sa.Column('wubao_poor_population', sa.Integer(), nullable=True),
    sa.Column('disabled_poor_population', sa.Integer(), nullable=True),
    sa.Column('paved_to_town', sa.Boolean(), nullable=True),
    sa.Column('bus', sa.Boolean(), nullable=True),
    sa.Column('groups_unpaved', sa.Integer(), nullable=True),
    sa.Column('unpaved_km', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('unpaved_to_town_km', sa.Numeric(precision=8, scale=2, asdecimal=False), nullable=True),
    sa.Column('households_unsafe_water', sa.Integer(), nullable=True),
    sa.Column('households_water_difficult', sa.Integer(), nullable=True),
    sa.Column('groups_no_power', sa.Integer(), nullable=True),
    sa.Column('groups_no_production_power', sa.Integer(), nullable=True),
    sa.Column('households_no_power', sa.Integer(), nullable=True),
    sa.Column('dangerous_households', sa.Integer(), nullable=True),
    sa.Column('dangerous_poor_persons', sa.Integer(), nullable=True),
    sa.Column('coops', sa.Integer(), nullable=True),
    sa.Column('poor_in_coops', sa.Integer(), nullable=True),
    sa.Column('clinics', sa.Integer(), nullable=True),
    sa.Column('doctors', sa.Integer(), nullable=True),
    sa.Column('libraries', sa.Integer(), nullable=True),
    sa.Column('households_tv', sa.Integer(), nullable=True),
    sa.Column('households_broadband', sa.Integer(), nullable=True),
    sa.Column('medical_insured', sa.Integer(), nullable=True),
    sa.Column('pension_insured', sa.Integer(), nullable=True),
    sa.Column('village_per_capita', sa.Numeric(precision=12, scale=2, asdecimal=False), nullable=True),
    sa.Column('collective_income', sa.Numeric(precision=12, scale=2, asdecimal=False), nullable=True),
    sa.ForeignKeyConstraint(['area_code'], ['area.code'], name=op.f('fk_area_year_area_code_area')),
    sa.PrimaryKeyConstraint('area_code', 'year', name=op.f('pk_area_year'))
    )
    op.create_index(op.f('ix_area_year_leader_phone_index'), 'area_year', ['leader_phone_index'], unique=False)
    op.create_index(op.f('ix_area_year_phone_index'), 'area_year', ['phone_index'], unique=False)



def downgrade():
    op.drop_index(op.f('ix_area_year_leader_phone_index'), table_name='area_year')
    op.drop_index(op.f('ix_area_year_phone_index'), table_name='area_year')
    op.drop_table('area_year')
    op.drop_index(op.f('ix_response_file_sha256'), table_name='response_file')
    op.drop_table('response_file')
    op.drop_index(op.f('ix_response_event_response_id'), table_name='response_event')
    op.drop_table('response_event')
    op.drop_index(op.f('ix_member_year_disability_cert_no_index'), table_name='member_year')
    op.drop_table('member_year')
    op.drop_index('ix_measure_household_year', table_name='measure')
    op.drop_table('measure')
    op.drop_index(op.f('ix_response_root_id'), table_name='response')
    op.drop_index('ix_response_unchecked', table_name='response')
    op.drop_index(op.f('ix_response_replaces_id'), table_name='response')
    op.drop_index('ix_response_queue', table_name='response')
    op.drop_index(op.f('ix_response_household_id'), table_name='response')
    op.drop_index('ix_response_form', table_name='response')
    op.drop_index(op.f('ix_response_area_code'), table_name='response')
    op.drop_index(op.f('ix_response_account_id'), table_name='response')
    op.drop_table('response')
    op.drop_index(op.f('ix_member_id_no_index'), table_name='member')
    op.drop_index(op.f('ix_member_household_id'), table_name='member')
    op.drop_table('member')
    op.drop_index(op.f('ix_household_year_bank_account_index'), table_name='household_year')
    op.drop_table('household_year')
    op.drop_index(op.f('ix_helper_link_phone_index'), table_name='helper_link')
    op.drop_index(op.f('ix_helper_link_id_no_index'), table_name='helper_link')
    op.drop_index('ix_helper_link_household_year', table_name='helper_link')
    op.drop_table('helper_link')
    op.drop_table('form_version')
    op.drop_index(op.f('ix_app_user_account_id'), table_name='app_user')
    op.drop_table('app_user')
    op.drop_table('form')
    op.drop_table('comparison_title')
    with op.batch_alter_table('campaign') as batch:
        batch.drop_column('income_parts')
