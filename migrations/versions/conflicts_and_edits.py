"""Edits of households, and what phones and register disagree about"""

import sqlalchemy as sa
from alembic import op

revision = 'conflicts'
down_revision = 'devices'


def upgrade():
    op.create_table('conflict',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('area_code', sa.String(length=14), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=True),
    sa.Column('op_id', sa.Uuid(), nullable=False),
    sa.Column('payload_sha256', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=True),
    sa.Column('problem', sa.String(length=30), nullable=True),
    sa.Column('other_id', sa.Uuid(), nullable=True),
    sa.Column('other_account_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('base', sa.String(length=200), nullable=True),
    sa.Column('ours', sa.String(length=200), nullable=True),
    sa.Column('theirs', sa.String(length=200), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('choice', sa.String(length=8), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('field', 'deleted', 'two_captures', 'op_fork', 'quarantine')", name=op.f('ck_conflict_kind')),
    sa.CheckConstraint("state IN ('open', 'decided', 'passed')", name=op.f('ck_conflict_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_conflict_account_id_account')),
    sa.ForeignKeyConstraint(['area_code'], ['area.code'], name=op.f('fk_conflict_area_code_area')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_conflict_device_id_device')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_conflict_household_id_household')),
    sa.ForeignKeyConstraint(['other_account_id'], ['account.id'], name=op.f('fk_conflict_other_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict'))
    )
    op.create_index('ix_conflict_desk', 'conflict', ['state', 'area_code', 'received_at'], unique=False)
    op.create_index('ix_conflict_household', 'conflict', ['household_id'], unique=False)
    op.create_index('ix_conflict_op', 'conflict', ['op_id'], unique=False)
    op.create_index('ix_conflict_case', 'conflict', ['case_id'], unique=False)
    op.create_table('household_edit',
    sa.Column('op_id', sa.Uuid(), nullable=False),
    sa.Column('field', sa.String(length=10), nullable=False),
    sa.Column('payload_sha256', sa.String(length=64), nullable=False),
    sa.Column('household_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('device_seq', sa.Integer(), nullable=False),
    sa.Column('base_key', sa.String(length=200), nullable=False),
    sa.Column('began', sa.String(length=200), nullable=False),
    sa.Column('base', sa.String(length=200), nullable=False),
    sa.Column('ours', sa.String(length=200), nullable=False),
    sa.Column('theirs', sa.String(length=200), nullable=False),
    sa.Column('theirs_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('effect', sa.String(length=10), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("effect IN ('take', 'keep', 'conflict', 'passed')", name=op.f('ck_household_edit_effect')),
    sa.CheckConstraint("field IN ('head', 'group', 'address', 'phone')", name=op.f('ck_household_edit_field')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_household_edit_account_id_account')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_household_edit_device_id_device')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_household_edit_household_id_household')),
    sa.PrimaryKeyConstraint('op_id', 'field', name=op.f('pk_household_edit'))
    )
    op.create_index('ix_household_edit_household', 'household_edit', ['household_id'], unique=False)
    op.create_table('conflict_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('conflict_id', sa.Uuid(), nullable=False),
    sa.Column('move', sa.String(length=8), nullable=False),
    sa.Column('choice', sa.String(length=8), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('before', sa.String(length=200), nullable=True),
    sa.Column('after', sa.String(length=200), nullable=True),
    sa.Column('before_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('before_key', sa.String(length=200), nullable=True),
    sa.Column('after_key', sa.String(length=200), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("move IN ('decide', 'reopen')", name=op.f('ck_conflict_event_move')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_conflict_event_account_id_account')),
    sa.ForeignKeyConstraint(['conflict_id'], ['conflict.id'], name=op.f('fk_conflict_event_conflict_id_conflict')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict_event'))
    )
    op.create_index('ix_conflict_event_conflict', 'conflict_event', ['conflict_id'], unique=False)
    op.add_column('household', sa.Column('phone_mark', sa.Uuid(), nullable=True))


def downgrade():
    op.drop_column('household', 'phone_mark')
    op.drop_index('ix_conflict_event_conflict', table_name='conflict_event')
    op.drop_table('conflict_event')
    op.drop_index('ix_household_edit_household', table_name='household_edit')
    op.drop_table('household_edit')
    op.drop_index('ix_conflict_case', table_name='conflict')
    op.drop_index('ix_conflict_op', table_name='conflict')
    op.drop_index('ix_conflict_household', table_name='conflict')
    op.drop_index('ix_conflict_desk', table_name='conflict')
    op.drop_table('conflict')
