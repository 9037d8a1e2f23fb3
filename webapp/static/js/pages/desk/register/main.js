import '../../../../css/setup.css'
import './register.css'

import { refuseTooLarge } from './file-limit.js'

const field = document.querySelector('[data-limit-bytes]')
if (field) refuseTooLarge(field)
