"""Device identity: keys, token rotation, numbers, forks, wipes, enrolment codes"""

import sqlalchemy as sa
from alembic import op

revision = 'devices'
down_revision = '0001'

WHEN = sa.DateTime(timezone=True)


def new_columns():
    return (
        sa.Column('next_token_hash', sa.String(length=64), nullable=True),
        sa.Column('public_key', sa.String(length=90), nullable=True),
        sa.Column('seq_before', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('stated_seq', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('forked_at', WHEN, nullable=True),
        sa.Column('must_renew', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('renewed_from_id', sa.Uuid(), nullable=True),
        sa.Column('wipe', sa.String(length=12), nullable=True),
        sa.Column('wiped_at', WHEN, nullable=True),
        sa.Column('wiped_unsent', sa.Integer(), nullable=True),
    )


def upgrade():
    for column in new_columns():
        op.add_column('device', column)
    # phones enrolled before they said so themselves have taken at least what arrived
    op.execute('UPDATE device SET stated_seq = last_seq')
    op.create_index('ix_device_next_token_hash', 'device', ['next_token_hash'], unique=True)
    op.create_table('device_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', WHEN, nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('seen', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_device_event_account_id_account')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_event_device_id_device')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_event'))
    )
    op.create_index('ix_device_event_device_id', 'device_event', ['device_id'], unique=False)
    op.create_table('enrol_code',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', WHEN, nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_enrol_code_account_id_account')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_enrol_code_made_by_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_enrol_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_enrol_code_code_hash'))
    )
    op.create_table('renumbered',
    sa.Column('device_id', sa.Uuid(), nullable=False),
    sa.Column('device_seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('op_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_renumbered_device_id_device')),
    sa.PrimaryKeyConstraint('device_id', 'device_seq', name=op.f('pk_renumbered'))
    )


def downgrade():
    for table in ('renumbered', 'enrol_code'):
        op.drop_table(table)
    op.drop_index('ix_device_event_device_id', table_name='device_event')
    op.drop_table('device_event')
    op.drop_index('ix_device_next_token_hash', table_name='device')
    for column in reversed(new_columns()):
        op.drop_column('device', column.name)
